/*
 * In the shipped binary, signals whose default is death give the terminal back before they kill:
 * also those of a fault in the runtime and of its abort(), and those that it keeps for itself.
 * What runs in a handler here is safe there; it takes no lock and needs no thread of .NET's.
 *
 * The kernel's own sigaction, not glibc's, which refuses two signals that kill all the same. No
 * headers, so that it compiles for another architecture without that one's; x86-64 and arm64
 * differ in the numbers of system calls alone.
 */
#if defined(__x86_64__)
#define RT_SIGACTION   13
#define RT_SIGPROCMASK 14
#define GETTID	       186
#define TGKILL	       234
#elif defined(__aarch64__)
#define RT_SIGACTION   134
#define RT_SIGPROCMASK 135
#define GETTID	       178
#define TGKILL	       131
#else
#error "The numbers of these system calls are not known."
#endif

#define LAST_SIGNAL	64
#define SIGFPE		8
#define SIGSEGV		11
#define DEFAULT_ACTION	((signal_handler *)0)
#define SA_SIGINFO	0x4ul
#define SA_RESTORER	0x04000000ul
#define SIG_BLOCK	0
#define SIG_UNBLOCK	1
#define MASK_BYTES	8
#define O_WRONLY	1
#define O_CLOEXEC	0x80000
#define F_DUPFD_CLOEXEC 1030
#define TCSANOW		0
#define POLLOUT		4
#define MOST_PAUSES	5
#define PAUSE_MS	50

/* The beginning of siginfo_t. The kernel's own codes are above 0, those of who sends are not. */
struct signal_cause {
	int signal;
	int error;
	int code;
};

typedef void signal_handler(int signal, struct signal_cause *cause, void *context);

struct signal_action {
	signal_handler *handler;
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

struct poll_entry {
	int fd;
	short wanted;
	short ready;
};

long syscall(long number, ...);
int fcntl(int fd, int command, ...);
int open(const char *path, int flags, ...);
int close(int fd);
int dup2(int from, int to);
long write(int fd, const void *bytes, unsigned long length);
int poll(struct poll_entry *entries, unsigned long count, int timeout_ms);
int tcsetattr(int fd, int when, const void *modes);
int tcgetpgrp(int fd);
int getpgrp(void);
int getpid(void);
int pause(void);
void _exit(int code);

enum { NOT_TAKEN, TAKEN, BEING_GIVEN_BACK };

static int state = NOT_TAKEN;

/* The terminal while it is taken. */
static struct {
	int keys;
	int screen;
	int own_screen; /* the same, for the handler alone */
	int nowhere;	/* in its place for who goes on drawing */
	unsigned long leave_length;
	unsigned char leave[128];
	unsigned char modes[128] __attribute__((aligned(8)));
} terminal;

/* Returns what it was, which is "from" if it was changed. */
static int change_state(int from, int to)
{
	(void)__atomic_compare_exchange_n(&state, &from, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return from;
}

/* By signal: of SIGFPE and SIGSEGV, what the runtime does with a fault of managed code. */
static struct signal_action runtime[LAST_SIGNAL + 1];

static long set_action(int signal, const struct signal_action *action, struct signal_action *former)
{
	return syscall(RT_SIGACTION, (long)signal, action, former, (long)MASK_BYTES);
}

static void change_mask(int how, unsigned long mask)
{
	(void)syscall(RT_SIGPROCMASK, (long)how, &mask, (void *)0, (long)MASK_BYTES);
}

/* A stalled terminal must not keep the program from ending. */
static void write_leave(void)
{
	int fd = terminal.own_screen < 0 ? terminal.screen : terminal.own_screen;
	unsigned long written = 0;
	int pauses = 0;

	while (written < terminal.leave_length && pauses < MOST_PAUSES) {
		struct poll_entry room = {fd, POLLOUT, 0};
		long count = -1;

		if (poll(&room, 1, PAUSE_MS) == 1)
			count = write(fd, terminal.leave + written, terminal.leave_length - written);
		if (count > 0)
			written += (unsigned long)count;
		else
			pauses++;
	}
}

/* As RawTerminal.cs does it. */
static void give_back(void)
{
	int group;

	/* Nothing is drawn after it. */
	(void)dup2(terminal.nowhere, terminal.screen);
	write_leave();
	group = tcgetpgrp(terminal.keys);
	/* Of a terminal that the shell has taken back, the modes are the shell's. */
	if (group < 0 || group == getpgrp())
		(void)tcsetattr(terminal.keys, TCSANOW, terminal.modes);
}

static void wait_for_death(void)
{
	for (;;)
		(void)pause();
}

static void die(int signal)
{
	struct signal_action by_default = {DEFAULT_ACTION, 0, (void (*)(void))0, 0};
	int was;

	change_mask(SIG_BLOCK, ~0ul);
	was = change_state(TAKEN, BEING_GIVEN_BACK);
	if (was == TAKEN)
		give_back();
	else if (was == BEING_GIVEN_BACK)
		wait_for_death();
	(void)set_action(signal, &by_default, (struct signal_action *)0);
	(void)syscall(TGKILL, (long)getpid(), syscall(GETTID), (long)signal);
	change_mask(SIG_UNBLOCK, 1ul << (signal - 1));
	/* Process 1 of a container does not die of them. */
	_exit(128 + signal);
}

static void on_signal(int signal, struct signal_cause *cause, void *context)
{
	struct signal_action now;

	/* Not one that was sent: the runtime would take it for a fault of the code that it meets. */
	if (cause->code > 0 && runtime[signal].handler != DEFAULT_ACTION) {
		runtime[signal].handler(signal, cause, context);
		/* What it has no answer to, it leaves to the default. */
		if (set_action(signal, (struct signal_action *)0, &now) != 0 || now.handler != DEFAULT_ACTION)
			return;
	}
	die(signal);
}

/* SIGKILL and SIGSTOP cannot be handled; the others by default stop, continue or do nothing. */
static int is_deadly(int signal)
{
	return signal != 9 && (signal < 17 || signal > 23) && signal != 28;
}

/* Those that are taken or ignored already are not death. */
static void take_signals(void)
{
	for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
		struct signal_action action;

		if (!is_deadly(signal) || set_action(signal, (struct signal_action *)0, &action) != 0)
			continue;
		if (signal == SIGFPE || signal == SIGSEGV) {
			runtime[signal] = action;
		} else {
			if (action.handler != DEFAULT_ACTION)
				continue;
			/* It never returns, to no restorer. */
			action.flags = SA_SIGINFO | SA_RESTORER;
			action.restorer = wait_for_death;
		}
		action.handler = on_signal;
		(void)set_action(signal, &action, (struct signal_action *)0);
	}
}

static void copy(unsigned char *to, const unsigned char *from, unsigned long length)
{
	while (length-- > 0)
		*to++ = *from++;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

/*
 * Before the terminal is switched; the signals stay taken from the first time on. The modes are a
 * struct termios in 128 bytes, as in TerminalNative.cs. Without a descriptor to spare, what is
 * drawn meanwhile may come after what gives the terminal back.
 */
void terminal_guard_arm(int keys, int screen, const void *modes, const void *leave, int length)
{
	static int has_signals = 0;

	/* It is taken already, by who comes back (SIGCONT); a handler may be at it. */
	if ((unsigned long)length > sizeof(terminal.leave) || __atomic_load_n(&state, __ATOMIC_SEQ_CST) != NOT_TAKEN)
		return;
	terminal.keys = keys;
	terminal.screen = screen;
	terminal.own_screen = fcntl(screen, F_DUPFD_CLOEXEC, 3);
	terminal.nowhere = terminal.own_screen < 0 ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);
	copy(terminal.modes, modes, sizeof(terminal.modes));
	copy(terminal.leave, leave, (unsigned long)length);
	terminal.leave_length = (unsigned long)length;
	if (!has_signals)
		take_signals();
	has_signals = 1;
	change_state(NOT_TAKEN, TAKEN);
}

/* After the terminal was given back. */
void terminal_guard_disarm(void)
{
	if (change_state(TAKEN, NOT_TAKEN) != TAKEN)
		return;
	close_if_open(terminal.own_screen);
	close_if_open(terminal.nowhere);
}
