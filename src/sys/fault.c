/* fault.c - counts down to the place that fails. */
#include "sys/fault.h"

_Atomic int64_t fault_left;
static _Atomic bool fired;
static const char *_Atomic wanted;

void fault_arm(int64_t n, const char *only)
{
	atomic_store(&wanted, only);
	atomic_store(&fired, false);
	atomic_store(&fault_left, n);
}

bool fault_fired(void)
{
	return atomic_load(&fired);
}

bool fault_hit(const char *place)
{
	const char *only = atomic_load(&wanted);

	if (only ? strncmp(place, only, strlen(only)) != 0 : place[0] == '!')
		return false;
	if (atomic_fetch_sub(&fault_left, 1) != 1)
		return false;
	atomic_store(&fired, true);
	return true;
}
