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
            return JSON.encode(
                try await installs.piece(JSON.decode(ManifestCall.self, from: call.argument, "a request")))
        case .plan:
            return try await installs.planBody(JSON.decode(PlanCall.self, from: call.argument, "a request"))
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

    private func requireOperator(_ caller: RequestCaller, _ what: String) throws(SkeinError) {
        guard caller.roles.contains(.operator) else {
            throw SkeinError(
                .permission, doing: "answering \(caller.name)", cause: "its certificate may not \(what)",
                next: "ask at a peer whose certificate has the role operator")
        }
    }
}
