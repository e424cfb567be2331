/* main.c - hands over to the command line. */
#include "cli/cli.h"
#include "sys/sys.h"
#include <signal.h>

int main(int argc, char **argv)
{
	sys_keep_private();
	signal(SIGPIPE, SIG_IGN);
	return cli_main(argc, argv);
}
