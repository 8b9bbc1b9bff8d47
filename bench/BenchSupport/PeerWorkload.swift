/// The workload as `bench/peers/workload.py` reads it, one JSON object.
package struct PeerWorkload: Encodable, Sendable {
    private let texts: [String]
    private let references: [Double]
    private let probes: [String]
    private let probeReferences: [Double]
    private let patterns: [String]

    private enum CodingKeys: String, CodingKey {
        case texts, references, probes, patterns
        case probeReferences = "probe_references"
    }

    package init(_ workload: Workload) {
        texts = workload.texts.map { String(decoding: $0.bytes, as: UTF8.self) }
        references = workload.texts.map(\.reference)
        probes = workload.probes.map { String(decoding: $0.bytes, as: UTF8.self) }
        probeReferences = workload.probes.map(\.reference)
        patterns = workload.patterns
    }
}
