/// The endpoints that answer for one judge.
package struct JudgeRoute: Sendable, Equatable {
    /// At least one, each endpoint once.
    package var members: [Member]

    package init(_ members: [Member]) {
        self.members = members
    }

    package struct Member: Sendable, Equatable {
        /// Index among the pool's endpoints.
        package var endpoint: Int
        /// Share of the load against the other members; above 0.
        package var weight: Double

        package init(endpoint: Int, weight: Double = 1) {
            self.endpoint = endpoint
            self.weight = weight
        }
    }
}
