import Basics
import Trust

/// Answers what other peers ask; orders count only from operators (docs/wire/frames.md, "Requests").
struct RequestRouter: Sendable {
    let installs: InstallService
    let orders: OrderService
    let nodeHost: NodeHost
    let grants: GrantService
    let flows: FlowAnswerer

    func serve(_ caller: RequestCaller, _ call: RequestBody, _ emit: @escaping @Sendable ([UInt8]) -> Void) async throws
        -> [UInt8]
    {
        guard let method = PeerMethod(rawValue: call.method) else {
            throw SkeinError(
                .usage, doing: "answering \(caller.name)", cause: "this version knows no '\(call.method.prefix(64))'")
        }
        switch method {
        case .manifest:
            return try await installs.piece(read(call.argument, ManifestCall.init)).encoded()
        case .plan:
            return try await installs.planBody(read(call.argument, PlanCall.init))
        case .install:
            // Whoever brings it: what counts is who signed it.
            return try await orders.serve(call.argument, emit)
        case .grant:
            let call = try JSON.decode(GrantCall.self, from: call.argument, "a request for a grant")
            return JSON.encode(try await grants.grant(call, to: caller))
        case .startNodes:
            try requireOperator(caller, "start nodes")
            let order = try JSON.decode(NodesOrder.self, from: call.argument, "an order to start nodes")
            return JSON.encode(try await nodeHost.start(order) { emit(JSON.encode($0)) })
        case .removeNodes:
            try requireOperator(caller, "remove nodes")
            let order = try JSON.decode(RemoveOrder.self, from: call.argument, "an order to remove nodes")
            return JSON.encode(try await nodeHost.remove(order))
        case .listNodes:
            return JSON.encode(await nodeHost.rows())
        case .console:
            try requireOperator(caller, "read a console")
            return JSON.encode(
                try await nodeHost.console(JSON.decode(ConsoleCall.self, from: call.argument, "a request")))
        case .room:
            return JSON.encode(HostRoom(freeMemoryMiB: await nodeHost.freeMemory.mebibytes))
        case .flow:
            let call = try JSON.decode(FlowCall.self, from: call.argument, "a question about a flow")
            return JSON.encode(try await flows.answer(call))
        }
    }

    private func read<Call>(_ argument: [UInt8], _ decode: ([UInt8]) throws(DecodeError) -> Call) throws(SkeinError)
        -> Call
    {
        do { return try decode(argument) } catch {
            throw SkeinError(.usage, doing: "reading a request", cause: "\(error)")
        }
    }

    private func requireOperator(_ caller: RequestCaller, _ what: String) throws(SkeinError) {
        guard caller.roles.contains(.operator) else {
            throw SkeinError(
                .permission, doing: "answering \(caller.name)", cause: "its certificate may not \(what)",
                next: "ask at a peer whose certificate has the role operator")
        }
    }
}
