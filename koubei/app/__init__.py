"""The roof: jobs, command line, scheduler, demo. The one place where the stages meet."""
