/*
 * Runs in the shipped binary before anything of .NET does, whose runtime reads its switches from the
 * environment before Main. Where this process was given more rights than its caller has (setcap), the
 * caller must not steer it: only variables that are known to be harmless stay, and no thread begins with
 * capabilities in effect; EffectiveCapabilities.cs raises them where they are needed.
 *
 * Where it has too little memory or no second thread, the runtime ends without a word, or by a fault: it
 * is said here instead.
 *
 * No headers, so that it compiles for another architecture without that one's.
 */
#define AT_SECURE	   23
#define CAPABILITY_VERSION 0x20080522

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

struct capability_header {
	unsigned int version;
	int pid;
};

struct capability_sets {
	unsigned int effective;
	unsigned int permitted;
	unsigned int inheritable;
};

extern char **environ;
unsigned long getauxval(unsigned long type);
unsigned int geteuid(void);
int capget(struct capability_header *header, struct capability_sets *sets);
int capset(struct capability_header *header, const struct capability_sets *sets);
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

/* A star stands for the rest of the name. */
static const char *const harmless[] = {
    "TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES", "TZ",	"LANG", "LANGUAGE", "LC_*",
    "PATH", "HOME",	 "USER",     "LOGNAME", "SHELL", "PWD", "TMUX", "XDG_*",
};

static int has_name(const char *variable, const char *name)
{
	while (*name != '\0' && *name == *variable) {
		name++;
		variable++;
	}
	return *name == '*' || (*name == '\0' && *variable == '=');
}

static int is_harmless(const char *variable)
{
	for (unsigned int i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		if (has_name(variable, harmless[i]))
			return 1;
	}
	return 0;
}

static void keep_harmless_variables(void)
{
	char **kept = environ;

	for (char **variable = environ; *variable != (char *)0; variable++) {
		if (is_harmless(*variable))
			*kept++ = *variable;
	}
	*kept = (char *)0;
}

/* Where that is refused, EffectiveCapabilities.cs finds it and ends the process. */
static void lower_capabilities(void)
{
	struct capability_header header = {CAPABILITY_VERSION, 0};
	struct capability_sets sets[2];

	if (capget(&header, sets) != 0)
		return;
	sets[0].effective = 0;
	sets[1].effective = 0;
	(void)capset(&header, sets);
}

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
	if (getauxval(AT_SECURE) == 0)
		return;
	/* Root's are his own; a security module may have said AT_SECURE. */
	if (geteuid() != 0)
		lower_capabilities();
	if (environ != (char **)0)
		keep_harmless_variables();
}
