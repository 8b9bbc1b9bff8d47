// A judge that answers after a given time: the endpoint behind the judge benches.
//
// One thread, one epoll set, HTTP/1.1 with keep-alive. Every request, whatever its target, gets the same answer in the
// form of OpenAI's chat completions once its latency has passed since its last byte. Requests of one connection come one
// after another, as clients without pipelining send them. Answers that wait are a heap by the time they are due.
//
//     judge_mock [--port N | --socket PATH] [--latency-ms N] [--tail SIGMA] [--fail-percent N] [--unsure-percent N]
//
// With `--tail` latencies are log-normal: N is their median, SIGMA the standard deviation of their logarithm (at 0.7 one in
// a hundred takes 5.1 times the median), cut at 20 times the median. With `--fail-percent` so many requests of a hundred
// fail when they are due: status 503, and every third of them a connection that is closed without a word. With
// `--unsure-percent` so many answers of a hundred cannot assess the first criterion. All of it is drawn from one generator
// with a fixed seed, in the order of arrival.
//
// Prints "ready PORT" (0 for a Unix socket) when connectable. Ends on SIGTERM.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    connection_count_max = 16384,  // Descriptors beyond are refused; also the slots of the queue.
    event_count_max = 512,
    request_byte_count_max = 64 << 10,
};

// With what the first criterion comes to left open.
static const char body_form[] =
    "{\"id\":\"chatcmpl-0001\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":\"mock-judge\","
    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"{\\\"helpful\\\":{\\\"reason\\\":"
    "\\\"The reply names the cause, gives the two steps that remove it and says when to come back.\\\","
    "%s},\\\"polite\\\":{\\\"reason\\\":\\\"The tone is friendly and nothing in it blames the customer.\\\","
    "\\\"pass\\\":true}}"
    "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":812,"
    "\"completion_tokens\":57,\"total_tokens\":869,\"prompt_tokens_details\":{\"cached_tokens\":512}},"
    "\"system_fingerprint\":\"fp_mock\"}";

struct reply {
    char bytes[2048];
    size_t byte_count;
};

enum outcome { answered, unsure, refused, closed };

// By outcome; a connection that is closed gets none.
static struct reply replies[closed];
static const char failure[] =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 61\r\n\r\n"
    "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error_mock\"}}";

struct connection {
    int is_open;
    uint32_t generation;          // Tells the connection from an earlier one with the same descriptor.
    size_t filled;                // Bytes received of the request under way.
    size_t wanted;                // Bytes that the whole request has; 0 while its head is not complete.
    char *buffer;
};

struct waiting {
    uint64_t due;
    int descriptor;
    uint32_t generation;
    enum outcome outcome;
};

struct behaviour {
    uint64_t latency;             // Nanoseconds.
    double sigma;
    unsigned fail_percent;
    unsigned unsure_percent;
};

// By descriptor.
static struct connection connections[connection_count_max];
// A heap, the earliest first; a connection waits for one answer at a time, and closed ones leave when they are due.
static struct waiting *heap;
static size_t heap_count;
static const size_t heap_capacity = 1u << 20;
static struct behaviour behaviour;
static uint64_t random_state = 1;

static void fail(const char *what) {
    fprintf(stderr, "judge_mock: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// SplitMix64, from 0 up to and without 1.
static double draw(void) {
    uint64_t mixed = random_state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return (double)((mixed ^ mixed >> 31) >> 11) / 9007199254740992.0;
}

static uint64_t draw_latency(void) {
    if (behaviour.sigma == 0) return behaviour.latency;
    // Box and Muller's normal deviate.
    double normal = sqrt(-2 * log(1 - draw())) * cos(6.283185307179586 * draw());
    return (uint64_t)((double)behaviour.latency * fmin(exp(behaviour.sigma * normal), 20));
}

static enum outcome draw_outcome(void) {
    if (behaviour.fail_percent > 0 && draw() * 100 < behaviour.fail_percent) return draw() * 3 < 1 ? closed : refused;
    return behaviour.unsure_percent > 0 && draw() * 100 < behaviour.unsure_percent ? unsure : answered;
}

static void push(struct waiting waiting) {
    size_t place = heap_count++;
    while (place > 0 && heap[(place - 1) / 2].due > waiting.due) {
        heap[place] = heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap[place] = waiting;
}

static struct waiting pop(void) {
    struct waiting first = heap[0], last = heap[--heap_count];
    size_t place = 0;
    for (size_t child = 1; child < heap_count; child = 2 * place + 1) {
        if (child + 1 < heap_count && heap[child + 1].due < heap[child].due) child++;
        if (heap[child].due >= last.due) break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = last;
    return first;
}

static void drop(int descriptor) {
    connections[descriptor].is_open = 0;
    connections[descriptor].generation++;
    close(descriptor);
}

// The length of the request whose head is complete, or 0; SIZE_MAX when it is none that we take.
static size_t whole_request(const struct connection *connection) {
    const char *end = memmem(connection->buffer, connection->filled, "\r\n\r\n", 4);
    if (end == NULL) return connection->filled == request_byte_count_max ? SIZE_MAX : 0;
    size_t head = (size_t)(end - connection->buffer) + 4, length = 0;
    for (const char *line = connection->buffer; line < end;) {
        if (strncasecmp(line, "content-length:", 15) == 0) length = strtoul(line + 15, NULL, 10);
        line = (const char *)memmem(line, (size_t)(end + 2 - line), "\r\n", 2) + 2;
    }
    return length > request_byte_count_max - head ? SIZE_MAX : head + length;
}

// 0 when the connection is to be dropped.
static int receive(int descriptor) {
    struct connection *connection = &connections[descriptor];
    ssize_t count = recv(descriptor, connection->buffer + connection->filled,
                         request_byte_count_max - connection->filled, MSG_DONTWAIT);
    if (count == 0) return 0;
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    connection->filled += (size_t)count;
    if (connection->wanted == 0) connection->wanted = whole_request(connection);
    if (connection->wanted == SIZE_MAX) return 0;
    if (connection->wanted == 0 || connection->filled < connection->wanted) return 1;
    // More than the request is pipelining, which we do not do.
    if (connection->filled > connection->wanted || heap_count == heap_capacity) return 0;
    connection->filled = connection->wanted = 0;
    push((struct waiting){.due = now() + draw_latency(), .descriptor = descriptor,
                          .generation = connection->generation, .outcome = draw_outcome()});
    return 1;
}

static void answer_due(void) {
    uint64_t time = now();
    while (heap_count > 0 && heap[0].due <= time) {
        struct waiting waiting = pop();
        struct connection *connection = &connections[waiting.descriptor];
        if (!connection->is_open || connection->generation != waiting.generation) continue;
        if (waiting.outcome == closed) {
            drop(waiting.descriptor);
            continue;
        }
        const struct reply *reply = &replies[waiting.outcome];
        // A reply always fits a socket's buffer that is empty; one that does not take it is no client of ours.
        ssize_t count = send(waiting.descriptor, reply->bytes, reply->byte_count, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count != (ssize_t)reply->byte_count) drop(waiting.descriptor);
    }
}

static void welcome(int epoll, int listener) {
    for (;;) {
        int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        if (descriptor >= connection_count_max) {
            close(descriptor);
            continue;
        }
        struct connection *connection = &connections[descriptor];
        if (connection->buffer == NULL) connection->buffer = malloc(request_byte_count_max);
        if (connection->buffer == NULL) fail("malloc");
        connection->is_open = 1;
        connection->filled = connection->wanted = 0;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
    }
}

static int listen_on(const char *path, unsigned *port) {
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in internet = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *address = path ? (struct sockaddr *)&local : (struct sockaddr *)&internet;
    socklen_t size = path ? sizeof local : sizeof internet;
    if (path != NULL) {
        if (strlen(path) >= sizeof local.sun_path) {
            errno = ENAMETOOLONG;
            fail(path);
        }
        strcpy(local.sun_path, path);
        unlink(path);
    }
    int listener = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (listener < 0) fail("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, address, size) != 0) fail("bind");
    if (listen(listener, 4096) != 0) fail("listen");
    if (path == NULL && getsockname(listener, address, &size) != 0) fail("getsockname");
    *port = path ? 0 : ntohs(internet.sin_port);
    return listener;
}

static void write_answer(struct reply *reply, const char *helpful) {
    char body[2048];
    int byte_count = snprintf(body, sizeof body, body_form, helpful);
    int whole = snprintf(reply->bytes, sizeof reply->bytes,
                         "HTTP/1.1 200 OK\r\nDate: Thu, 09 Oct 2025 08:53:20 GMT\r\nContent-Type: application/json\r\n"
                         "X-Request-Id: req_0001\r\nX-RateLimit-Remaining-Requests: 9999\r\n"
                         "X-RateLimit-Remaining-Tokens: 1999000\r\nContent-Length: %d\r\n\r\n%s",
                         byte_count, body);
    if (byte_count < 0 || (size_t)byte_count >= sizeof body || whole < 0 || (size_t)whole >= sizeof reply->bytes)
        fail("answer");
    reply->byte_count = (size_t)whole;
}

int main(int argument_count, char **arguments) {
    const char *path = NULL;
    unsigned port = 0;
    unsigned long latency = 200;
    for (int index = 1; index < argument_count; index += 2) {
        const char *name = arguments[index], *value = index + 1 < argument_count ? arguments[index + 1] : NULL;
        if (value != NULL && strcmp(name, "--port") == 0) port = (unsigned)strtoul(value, NULL, 10);
        else if (value != NULL && strcmp(name, "--socket") == 0) path = value;
        else if (value != NULL && strcmp(name, "--latency-ms") == 0) latency = strtoul(value, NULL, 10);
        else if (value != NULL && strcmp(name, "--tail") == 0) behaviour.sigma = strtod(value, NULL);
        else if (value != NULL && strcmp(name, "--fail-percent") == 0)
            behaviour.fail_percent = (unsigned)strtoul(value, NULL, 10);
        else if (value != NULL && strcmp(name, "--unsure-percent") == 0)
            behaviour.unsure_percent = (unsigned)strtoul(value, NULL, 10);
        else {
            fprintf(stderr, "usage: judge_mock [--port N | --socket PATH] [--latency-ms N] [--tail SIGMA]\n"
                            "                  [--fail-percent N] [--unsure-percent N]\n");
            return 2;
        }
    }
    if (port > 65535 || latency > 600000 || !(behaviour.sigma >= 0 && behaviour.sigma <= 3) ||
        behaviour.fail_percent > 100 || behaviour.unsure_percent > 100) {
        fprintf(stderr, "judge_mock: a port is below 65536, a latency at most 600000 ms, a tail from 0 to 3\n");
        return 2;
    }
    behaviour.latency = latency * 1000000;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    write_answer(&replies[answered], "\\\"pass\\\":true");
    write_answer(&replies[unsure], "\\\"verdict\\\":\\\"cannot_assess\\\"");
    memcpy(replies[refused].bytes, failure, sizeof failure - 1);
    replies[refused].byte_count = sizeof failure - 1;
    heap = malloc(heap_capacity * sizeof *heap);
    if (heap == NULL) fail("malloc");
    int listener = listen_on(path, &port);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) != 0) fail("epoll_ctl");
    printf("ready %u\n", port);
    fflush(stdout);
    for (;;) {
        struct epoll_event events[event_count_max];
        int timeout = -1;
        if (heap_count > 0) {
            uint64_t time = now(), due = heap[0].due;
            timeout = due <= time ? 0 : (int)((due - time - 1) / 1000000 + 1);
        }
        int count = epoll_wait(epoll, events, event_count_max, timeout);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int index = 0; index < count; index++) {
            int descriptor = events[index].data.fd;
            if (descriptor == listener) welcome(epoll, listener);
            else if (connections[descriptor].is_open && !receive(descriptor)) drop(descriptor);
        }
        answer_due();
    }
}
