// The floor of judge calls: the least a client of libcurl's multi interface can do for one.
//
// One thread, one epoll set that libcurl's socket callback fills, and libcurl's timer as epoll_wait's timeout. A closed
// loop: `in-flight` calls are under way, and the next starts when one has ended, until `calls` have. A handle is made
// for each call under way and set up once; what differs between real calls (URL, headers, body) is set for each call,
// as a client with more than one question must. The body of an answer is kept, its headers are not read.
//
//     judge_client --url URL [--unix-socket PATH] [--in-flight N] [--calls M] [--body-bytes B]
//                  [--certificates FILE] [--host-connections N]
//
// Prints one line of JSON; CPU is of this process from the first call to the last. Exit code 0, 1 when a call failed or
// was answered with another status than 200, 2 on wrong usage.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

enum { in_flight_max = 8192, event_count_max = 512, answer_byte_count_max = 1 << 20 };

struct call {
    CURL *easy;
    struct curl_slist *headers;
    char *answer;
    size_t filled, capacity;
};

struct client {
    const char *url;
    const char *unix_socket;
    const char *certificates;
    char *body;
    size_t body_byte_count;
    uint64_t calls, started, ended;
    CURLM *multi;
    int epoll;
    uint64_t due;                 // When libcurl wants to be called, in nanoseconds; UINT64_MAX for never.
};

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("judge_client: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static double processor_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
           ((double)usage.ru_utime.tv_usec + (double)usage.ru_stime.tv_usec) / 1e6;
}

static int watch(CURL *easy, curl_socket_t socket, int wanted, void *context, void *mark) {
    struct client *client = context;
    (void)easy;
    if (wanted == CURL_POLL_REMOVE) {
        epoll_ctl(client->epoll, EPOLL_CTL_DEL, socket, NULL);
        return 0;
    }
    struct epoll_event event = {.data.fd = socket};
    if (wanted & CURL_POLL_IN) event.events |= EPOLLIN;
    if (wanted & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (epoll_ctl(client->epoll, mark == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event) != 0)
        fail("epoll_ctl: %s", strerror(errno));
    if (mark == NULL) curl_multi_assign(client->multi, socket, client);
    return 0;
}

static int set_timer(CURLM *multi, long milliseconds, void *context) {
    struct client *client = context;
    (void)multi;
    client->due = milliseconds < 0 ? UINT64_MAX : now() + (uint64_t)milliseconds * 1000000u;
    return 0;
}

static size_t receive(char *bytes, size_t one, size_t count, void *context) {
    struct call *call = context;
    (void)one;
    if (count > answer_byte_count_max - call->filled) return 0;
    if (call->filled + count > call->capacity) {
        call->capacity = 2 * (call->filled + count);
        call->answer = realloc(call->answer, call->capacity);
        if (call->answer == NULL) fail("out of memory");
    }
    memcpy(call->answer + call->filled, bytes, count);
    call->filled += count;
    return count;
}

static void make(struct client *client, struct call *call) {
    call->easy = curl_easy_init();
    if (call->easy == NULL) fail("out of memory");
    curl_easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(call->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(call->easy, CURLOPT_PIPEWAIT, strncmp(client->url, "https", 5) == 0 ? 1L : 0L);
    curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, 60000L);
    curl_easy_setopt(call->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(call->easy, CURLOPT_USERAGENT, "judge_client/1");
    if (client->certificates != NULL) curl_easy_setopt(call->easy, CURLOPT_CAINFO, client->certificates);
    if (client->unix_socket != NULL) curl_easy_setopt(call->easy, CURLOPT_UNIX_SOCKET_PATH, client->unix_socket);
}

static void start(struct client *client, struct call *call) {
    client->started++;
    call->filled = 0;
    curl_slist_free_all(call->headers);
    call->headers = curl_slist_append(NULL, "Content-Type: application/json");
    call->headers = curl_slist_append(call->headers, "Authorization: Bearer sk-0123456789abcdef0123456789abcdef");
    call->headers = curl_slist_append(call->headers, "Accept: application/json");
    call->headers = curl_slist_append(call->headers, "Expect:");
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
    curl_easy_setopt(call->easy, CURLOPT_URL, client->url);
    curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE, (long)client->body_byte_count);
    curl_easy_setopt(call->easy, CURLOPT_COPYPOSTFIELDS, client->body);
    if (curl_multi_add_handle(client->multi, call->easy) != CURLM_OK) fail("curl_multi_add_handle");
}

// Ends what has ended and starts the next calls in its place.
static void turn_over(struct client *client) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        struct call *call = NULL;
        long status = 0;
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&call);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK || status != 200 || call->filled == 0)
            fail("a call failed: %s, status %ld", curl_easy_strerror(code), status);
        curl_multi_remove_handle(client->multi, easy);
        client->ended++;
        if (client->started < client->calls) start(client, call);
    }
}

static void run(struct client *client, struct call *calls, uint64_t in_flight) {
    for (uint64_t index = 0; index < in_flight && client->started < client->calls; index++) {
        make(client, &calls[index]);
        start(client, &calls[index]);
    }
    while (client->ended < client->calls) {
        struct epoll_event events[event_count_max];
        int timeout = -1, running;
        if (client->due != UINT64_MAX) {
            uint64_t time = now();
            timeout = client->due <= time ? 0 : (int)((client->due - time - 1) / 1000000 + 1);
        }
        int count = epoll_wait(client->epoll, events, event_count_max, timeout);
        if (count < 0 && errno != EINTR) fail("epoll_wait: %s", strerror(errno));
        for (int index = 0; index < count; index++) {
            int mask = (events[index].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                       (events[index].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                       (events[index].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
            curl_multi_socket_action(client->multi, events[index].data.fd, mask, &running);
        }
        if (client->due <= now()) {
            client->due = UINT64_MAX;
            curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        turn_over(client);
    }
}

int main(int argument_count, char **arguments) {
    static struct client client = {.calls = 1000, .body_byte_count = 3400, .due = UINT64_MAX};
    uint64_t in_flight = 64, host_connections = 0;
    for (int index = 1; index < argument_count; index += 2) {
        const char *name = arguments[index], *value = index + 1 < argument_count ? arguments[index + 1] : "";
        if (strcmp(name, "--url") == 0) client.url = value;
        else if (strcmp(name, "--unix-socket") == 0) client.unix_socket = value;
        else if (strcmp(name, "--certificates") == 0) client.certificates = value;
        else if (strcmp(name, "--host-connections") == 0) host_connections = strtoull(value, NULL, 10);
        else if (strcmp(name, "--in-flight") == 0) in_flight = strtoull(value, NULL, 10);
        else if (strcmp(name, "--calls") == 0) client.calls = strtoull(value, NULL, 10);
        else if (strcmp(name, "--body-bytes") == 0) client.body_byte_count = strtoull(value, NULL, 10);
        else client.url = NULL, index = argument_count;
    }
    if (client.url == NULL || in_flight < 1 || in_flight > in_flight_max || client.calls < 1 ||
        client.calls > 100000000 || client.body_byte_count < 1 || client.body_byte_count > 1 << 20 ||
        host_connections > in_flight_max) {
        fprintf(stderr, "usage: judge_client --url URL [--unix-socket PATH] [--in-flight N] [--calls M]\n"
                        "                    [--body-bytes B] [--certificates FILE] [--host-connections N]\n");
        return 2;
    }
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    client.body = malloc(client.body_byte_count);
    struct call *calls = calloc(in_flight, sizeof *calls);
    if (client.body == NULL || calls == NULL) fail("out of memory");
    memset(client.body, 'x', client.body_byte_count);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) fail("curl_global_init");
    client.multi = curl_multi_init();
    client.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (client.multi == NULL || client.epoll < 0) fail("out of descriptors");
    curl_multi_setopt(client.multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(client.multi, CURLMOPT_SOCKETDATA, &client);
    curl_multi_setopt(client.multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(client.multi, CURLMOPT_TIMERDATA, &client);
    curl_multi_setopt(client.multi, CURLMOPT_MAXCONNECTS, (long)in_flight);
    // Of TLS with HTTP/2: without a limit, libcurl opens hundreds. 0 is no limit.
    curl_multi_setopt(client.multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)host_connections);
    uint64_t begin = now();
    double processor = processor_seconds();
    run(&client, calls, in_flight);
    double seconds = (double)(now() - begin) / 1e9;
    processor = processor_seconds() - processor;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"calls\":%llu,\"in_flight\":%llu,\"seconds\":%.6f,\"calls_per_second\":%.1f,"
           "\"cpu_seconds_per_1000_calls\":%.6f,\"resident_kib_max\":%ld}\n",
           (unsigned long long)client.calls, (unsigned long long)in_flight, seconds, (double)client.calls / seconds,
           processor * 1000 / (double)client.calls, usage.ru_maxrss);
    for (uint64_t index = 0; index < in_flight; index++) {
        if (calls[index].easy != NULL) curl_easy_cleanup(calls[index].easy);
        curl_slist_free_all(calls[index].headers);
        free(calls[index].answer);
    }
    curl_multi_cleanup(client.multi);
    free(calls);
    free(client.body);
    curl_global_cleanup();
    return 0;
}
