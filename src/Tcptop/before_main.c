/*
 * Runs in the shipped binary before anything of .NET does.
 *
 * Where it has too little memory or no second thread, the runtime ends without a word, or by a fault: it
 * is said here instead.
 *
 * No headers, so that it compiles for another architecture without that one's.
 */
#define RLIMIT_DATA  2
#define RLIMIT_STACK 3
#define RLIMIT_AS    9
#define NO_LIMIT     (~0UL)

#define MOST_ARENAS (-8) /* M_ARENA_MAX of glibc's mallopt */

#define STANDARD_ERROR 2
/* As in ExitCode.cs. */
#define FAILED 1
/* What main returns where the runtime does not come up. */
#define NOT_STARTED (-1)

struct resource_limit {
	unsigned long current;
	unsigned long maximum;
};

struct need {
	int resource;
	unsigned long bytes;
	const char *error;
};

int getrlimit(int resource, struct resource_limit *limit);
int mallopt(int parameter, int value);
int on_exit(void (*function)(int status, void *argument), void *argument);
long write(int fd, const void *bytes, unsigned long count);
unsigned long strlen(const char *text);
void _exit(int status) __attribute__((noreturn));

#define KIB 1024UL
#define MIB (1024 * KIB)

/*
 * Of addresses 42 to 88 MB end in a fault, and up to 140 MB in an error of chance; of data it starts with
 * 46 MB. The rest is for threads to come, 8 MiB each by default.
 */
static const struct need needs[] = {
    {RLIMIT_AS, 256 * MIB, "error: tcptop needs 256 MiB of address space; raise the limit (ulimit -v)\n"},
    {RLIMIT_DATA, 96 * MIB, "error: tcptop needs 96 MiB of data; raise the limit (ulimit -d)\n"},
    {RLIMIT_STACK, 256 * KIB, "error: tcptop needs 256 KiB of stack; raise the limit (ulimit -s)\n"},
};

static unsigned long limit_of(int resource)
{
	struct resource_limit limit;

	return getrlimit(resource, &limit) == 0 ? limit.current : NO_LIMIT;
}

static void __attribute__((noreturn)) fail(const char *error)
{
	/* Where that cannot be said, the exit code still tells. */
	long written = write(STANDARD_ERROR, error, strlen(error));

	(void)written;
	_exit(FAILED);
}

static void require_memory(void)
{
	for (unsigned int i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (limit_of(needs[i].resource) < needs[i].bytes)
			fail(needs[i].error);
	}
	/* Each arena takes 64 MiB of addresses, and there would be one for each thread. */
	if (limit_of(RLIMIT_AS) != NO_LIMIT)
		(void)mallopt(MOST_ARENAS, 1);
}

static void explain_failed_start(int status, void *unused)
{
	(void)unused;
	if (status == NOT_STARTED)
		fail("error: cannot start for want of threads or memory; check the limits of this shell "
		     "(ulimit -a) and of its cgroup\n");
}

/* 101 is the first that programs may use. */
__attribute__((constructor(101))) static void before_main(void)
{
	(void)on_exit(explain_failed_start, (void *)0);
	require_memory();
}
