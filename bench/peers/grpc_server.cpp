// gRPC in C++ on the server's side: answers every unary call of bytes with the same bytes, without protobuf.
//
//     grpc_server SOCKET_PATH
//
// One completion queue and one thread, the quickest form gRPC has for unary calls. Prints "ready" when connectable. Ends on
// SIGTERM.
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <memory>
#include <string>

namespace {

grpc::AsyncGenericService service;
grpc::ServerCompletionQueue *queue;

// One call from its arrival to its end; each step is an event of the queue.
class Call {
public:
    Call() { service.RequestCall(&context, &stream, queue, queue, this); }

    void advance(bool succeeded) {
        switch (step) {
        case Step::arrival:
            if (!succeeded) break;
            new Call;  // Waits for the next one.
            step = Step::read;
            stream.Read(&message, this);
            return;
        case Step::read:
            if (!succeeded) break;
            step = Step::end;
            stream.WriteAndFinish(message, grpc::WriteOptions(), grpc::Status::OK, this);
            return;
        case Step::end:
            break;
        }
        delete this;
    }

private:
    enum class Step { arrival, read, end };

    grpc::GenericServerContext context;
    grpc::GenericServerAsyncReaderWriter stream{&context};
    grpc::ByteBuffer message;
    Step step = Step::arrival;
};

}  // namespace

int main(int argument_count, char **arguments) {
    if (argument_count != 2) {
        std::fprintf(stderr, "usage: grpc_server SOCKET_PATH\n");
        return 2;
    }
    grpc::ServerBuilder builder;
    builder.AddListeningPort(std::string("unix:") + arguments[1], grpc::InsecureServerCredentials());
    builder.RegisterAsyncGenericService(&service);
    builder.SetMaxReceiveMessageSize(-1);
    auto owned = builder.AddCompletionQueue();
    queue = owned.get();
    auto server = builder.BuildAndStart();
    if (!server) {
        std::fprintf(stderr, "grpc_server: cannot listen on %s\n", arguments[1]);
        return 1;
    }
    new Call;
    std::printf("ready\n");
    std::fflush(stdout);
    void *tag = nullptr;
    bool succeeded = false;
    while (queue->Next(&tag, &succeeded)) static_cast<Call *>(tag)->advance(succeeded);
    return 0;
}
