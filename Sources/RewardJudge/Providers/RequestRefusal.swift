/// A call that cannot be made of an endpoint, whatever it would answer.
package enum RequestRefusal: Error, Sendable, Equatable {
    /// The API answers Boolean questions only.
    case shapeNotOffered(JudgeAPI)
    /// Fewer than one question or conversation, or more than an API takes.
    case countOutOfRange(Int, max: Int)
    /// Two questions of one name, whose answers could not be told apart.
    case repeatedName(String)
    /// The API takes one conversation a call.
    case batchNotOffered(JudgeAPI)
    /// A batch is of one shape and one sampling, with one answer each.
    case mixedBatch
    case unwritable(JSONWriter.WriteError)
}
