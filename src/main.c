/* main.c - hands over to the command line. */
#include "cli/cli.h"
#include <signal.h>

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	return cli_main(argc, argv);
}
