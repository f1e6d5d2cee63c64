/// Looks for parameters of the simulator with which a cost is least: one after the other, in steps that get finer.
///
/// Coordinate descent: the cost is not differentiable (a host more or less decides which chunk comes first), there are few
/// parameters, and each of them moves the figures in one direction.
struct ParameterFit: Sendable {
    /// One parameter that may be moved, with the range of what software and networks have.
    struct Knob: Sendable {
        let name: String
        let path: any WritableKeyPath<SimulationParameters, Double> & Sendable
        let range: ClosedRange<Double>
        /// Whether a step multiplies (times) or adds (shares).
        let isTime: Bool

        /// The value a step further; the same at the end of the range.
        func moved(_ value: Double, by step: Double) -> Double {
            let next = isTime ? value * (step > 0 ? 1 + step : 1 / (1 - step)) : value + 0.02 * step
            return min(max(next, range.lowerBound), range.upperBound)
        }
    }

    /// What is not measured by itself. The goodput share is, and stays.
    static let knobs: [Knob] = [
        Knob(name: "frame_share", path: \.frameShare, range: 0.9...1, isTime: false),
        Knob(name: "relay_s", path: \.relaySeconds, range: 1e-5...0.1, isTime: true),
        Knob(name: "order_s", path: \.orderSeconds, range: 1e-3...2, isTime: true),
        Knob(name: "manifest_s", path: \.manifestSeconds, range: 1e-3...1, isTime: true),
        Knob(name: "finish_s", path: \.finishSeconds, range: 1e-3...2, isTime: true),
        Knob(name: "order_per_target_s", path: \.orderPerTargetSeconds, range: 1e-5...0.1, isTime: true),
        Knob(name: "slice_s", path: \.sliceSeconds, range: 1e-6...1e-2, isTime: true),
        Knob(name: "queue_s", path: \.queueSeconds, range: 1e-3...0.5, isTime: true),
    ]

    /// Sizes of steps, from coarse to fine.
    private static let steps = [1, 0.5, 0.25, 0.1, 0.05]
    /// Steps in one direction before the next parameter's turn.
    private static let strides = 6
    /// What a step must gain to be taken: parameters that change nothing stay where they were.
    private static let leastGain = 1e-4

    private(set) var parameters: SimulationParameters
    private(set) var cost: Double
    private(set) var trials = 0

    init(from parameters: SimulationParameters, cost: Double) {
        self.parameters = parameters
        self.cost = cost
    }

    /// - Parameters:
    ///   - tell: called before every turn with the name of the parameter and the cost so far.
    ///   - evaluate: the cost of parameters, not below 0.
    mutating func run(
        tell: (String, Double) -> Void = { _, _ in }, evaluate: (SimulationParameters) async throws -> Double
    ) async throws {
        for step in Self.steps {
            for knob in Self.knobs {
                tell(knob.name, cost)
                if try await !walk(knob, step, evaluate) { _ = try await walk(knob, -step, evaluate) }
            }
        }
    }

    /// Goes on in one direction as long as it pays; whether it did.
    private mutating func walk(
        _ knob: Knob, _ step: Double, _ evaluate: (SimulationParameters) async throws -> Double
    ) async throws -> Bool {
        var hasMoved = false
        for _ in 0..<Self.strides {
            var next = parameters
            let value = knob.moved(parameters[keyPath: knob.path], by: step)
            guard value != parameters[keyPath: knob.path] else { break }
            next[keyPath: knob.path] = value
            trials += 1
            let found = try await evaluate(next)
            guard found < cost - Self.leastGain else { break }
            parameters = next
            cost = found
            hasMoved = true
        }
        return hasMoved
    }
}
