#define _GNU_SOURCE
#include "CLinux.h"

#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>

ptrdiff_t plaudit_find(const void *text, size_t textCount, const void *needle, size_t needleCount) {
    const char *hit = (const char *)memmem(text, textCount, needle, needleCount);
    return hit ? hit - (const char *)text : -1;
}

typedef uint8_t plaudit_bytes __attribute__((vector_size(16), aligned(1)));
typedef int8_t plaudit_marks __attribute__((vector_size(16)));
typedef uint64_t plaudit_halves __attribute__((vector_size(16)));

ptrdiff_t plaudit_find_last_of(const void *text, size_t textCount, uint8_t first, uint8_t second, uint8_t third) {
    const uint8_t *bytes = text;
    size_t end = textCount;
    while (end >= 16) {
        plaudit_bytes block = *(const plaudit_bytes *)(bytes + end - 16);
        plaudit_marks hits = (block == first) | (block == second) | (block == third);
        plaudit_halves halves = (plaudit_halves)hits;
        if (halves[0] | halves[1]) break;
        end -= 16;
    }
    while (end > 0) {
        uint8_t byte = bytes[--end];
        if (byte == first || byte == second || byte == third) return (ptrdiff_t)end;
    }
    return -1;
}

size_t plaudit_count_continuations(const void *text, size_t textCount) {
    const int8_t *bytes = text;
    size_t count = 0;
    size_t index = 0;
    // Each lane counts down from 0 by at most 255 before it is added up.
    while (textCount - index >= 16) {
        plaudit_bytes lanes = {0};
        size_t blockCount = (textCount - index) / 16;
        if (blockCount > 255) blockCount = 255;
        for (size_t block = 0; block < blockCount; block++) {
            plaudit_marks signedBytes = (plaudit_marks) * (const plaudit_bytes *)(bytes + index);
            lanes -= (plaudit_bytes)(signedBytes < (int8_t)-64);
            index += 16;
        }
        for (int lane = 0; lane < 16; lane++) count += lanes[lane];
    }
    for (; index < textCount; index++) count += bytes[index] < -64;
    return count;
}

ptrdiff_t plaudit_find_last_byte(const void *text, size_t textCount, uint8_t byte) {
    const char *hit = (const char *)memrchr(text, byte, textCount);
    return hit ? hit - (const char *)text : -1;
}

void *plaudit_reserve(size_t byteCount) {
    void *address = mmap(NULL, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

void plaudit_unreserve(void *address, size_t byteCount) { munmap(address, byteCount); }

static int address_of(const char *path, struct sockaddr_un *address) {
    size_t count = strlen(path);
    if (count == 0 || count >= sizeof address->sun_path) return -ENAMETOOLONG;
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, count + 1);
    return 0;
}

static int connect_unix(const char *path, int flags) {
    struct sockaddr_un address;
    int bad = address_of(path, &address);
    if (bad) return bad;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (descriptor < 0) return -errno;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int plaudit_connect_unix(const char *path) { return connect_unix(path, 0); }

int plaudit_listen_unix(const char *path, unsigned mode, int backlog) {
    struct sockaddr_un address;
    int bad = address_of(path, &address);
    if (bad) return bad;

    struct stat existing;
    if (lstat(path, &existing) == 0) {
        if (!S_ISSOCK(existing.st_mode)) return -EEXIST;
        // Not blocking: a live server whose queue is full would keep us waiting for as long as it is stuck.
        int answering = connect_unix(path, SOCK_NONBLOCK);
        if (answering >= 0) close(answering);
        if (answering >= 0 || answering == -EAGAIN) return -EADDRINUSE;
        // Only a socket whose server is gone refuses; anything else (no permission, say) is not ours to remove.
        if (answering != -ECONNREFUSED) return answering;
        if (unlink(path) != 0 && errno != ENOENT) return -errno;
    }
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    // The mode is set by the mask of bind itself, so that there is no moment with a wider one.
    mode_t previous = umask((mode_t)(~mode & 0777));
    int bound = bind(descriptor, (struct sockaddr *)&address, sizeof address);
    int error = errno;
    umask(previous);
    if (bound != 0 || listen(descriptor, backlog) != 0) {
        if (bound == 0) { error = errno; unlink(path); }
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int plaudit_event_descriptor(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int plaudit_accept(int listener) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int plaudit_peer_credentials(int socket, uint32_t *user, uint32_t *group, int32_t *process) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return -errno;
    *user = credentials.uid;
    *group = credentials.gid;
    *process = credentials.pid;
    return 0;
}

int plaudit_user_in_group(uint32_t user, uint32_t group) {
    struct passwd entry, *found = NULL;
    char text[16384];
    if (getpwuid_r(user, &entry, text, sizeof text, &found) != 0 || !found) return 0;
    gid_t groups[256];
    int count = 256;
    if (getgrouplist(found->pw_name, found->pw_gid, groups, &count) < 0) return 0;
    for (int index = 0; index < count; index++)
        if (groups[index] == group) return 1;
    return 0;
}

int plaudit_signal_descriptor(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -errno;
    int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int plaudit_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

struct thread_start {
    void (*body)(void *);
    void *context;
};

static void *thread_main(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int plaudit_thread_start(const char *name, void (*body)(void *), void *context, uint64_t *identifier) {
    struct thread_start *start = malloc(sizeof *start);
    if (!start) return -ENOMEM;
    *start = (struct thread_start){.body = body, .context = context};
    pthread_t thread;
    int error = pthread_create(&thread, NULL, thread_main, start);
    if (error) {
        free(start);
        return -error;
    }
    pthread_setname_np(thread, name);
    *identifier = (uint64_t)thread;
    return 0;
}

void plaudit_thread_join(uint64_t identifier) { pthread_join((pthread_t)identifier, NULL); }

int plaudit_wait_readable(int first, int second, int timeoutMilliseconds) {
    struct pollfd watched[2] = {{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
    if (poll(watched, 2, timeoutMilliseconds) <= 0) return 0;
    return (watched[0].revents ? 1 : 0) | (watched[1].revents ? 2 : 0);
}

int plaudit_is_terminal(int descriptor) { return isatty(descriptor); }

int plaudit_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
