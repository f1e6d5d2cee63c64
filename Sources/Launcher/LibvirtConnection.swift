import Basics
import CLibvirt
import Glibc
import Synchronization

/// One open libvirt connection. All its calls block: they are made on the threads of a ``WorkerPool``.
///
/// libvirt connections may be used by several threads at a time, and the pointers of domains never leave a call.
final class LibvirtConnection: Sendable {
    private nonisolated(unsafe) let pointer: OpaquePointer
    private let callback: Int32
    private let isOpen = Mutex(true)
    /// Its lock goes after libvirt has let go of it.
    private let root: EmbedRoot

    static func open(_ root: EmbedRoot, relay: EventRelay<NodeEvent>) -> Result<LibvirtConnection, SkeinError> {
        let doing = "opening the hypervisor in \(root.path)"
        guard LibvirtEventLoop.start(logFile: root.logFile) else {
            return .failure(LibvirtFailure.last().error(doing))
        }
        guard let pointer = virConnectOpen(root.uri) else { return .failure(LibvirtFailure.last().error(doing)) }
        let callback = LibvirtLifecycle.register(on: pointer, relay: relay)
        guard callback >= 0 else {
            let failure = LibvirtFailure.last()
            virConnectClose(pointer)
            return .failure(failure.error(doing))
        }
        return .success(LibvirtConnection(pointer, callback: callback, root: root))
    }

    private init(_ pointer: OpaquePointer, callback: Int32, root: EmbedRoot) {
        self.pointer = pointer
        self.callback = callback
        self.root = root
    }

    deinit { close() }

    /// Closes once; closing again does nothing. Calls under way keep libvirt's connection until they return, later
    /// calls are refused.
    func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        virConnectDomainEventDeregisterAny(pointer, callback)
        virConnectClose(pointer)
        root.release()
    }

    /// Makes one call with the connection, which stays alive meanwhile.
    private func call<Value>(
        _ doing: String, _ body: (OpaquePointer) -> Result<Value, SkeinError>
    ) -> Result<Value, SkeinError> {
        let isHeld = isOpen.withLock { $0 && virConnectRef(pointer) == 0 }
        guard isHeld else { return .failure(SkeinError(.cancelled, doing: doing, cause: "the hypervisor is closed")) }
        defer { virConnectClose(pointer) }
        return body(pointer)
    }

    /// Makes one call with the domain of a node; `absent` when there is none.
    private func call<Value>(
        _ name: NodeName, _ doing: String, absent: Value, _ body: (OpaquePointer) -> Result<Value, SkeinError>
    ) -> Result<Value, SkeinError> {
        call(doing) { connection in
            guard let domain = virDomainLookupByName(connection, name.domainName) else {
                let failure = LibvirtFailure.last()
                return failure.isNoDomain ? .success(absent) : .failure(failure.error(doing))
            }
            defer { virDomainFree(domain) }
            return body(domain)
        }
    }

    func create(xml: String, doing: String) -> Result<Void, SkeinError> {
        call(doing) { connection in
            guard let domain = virDomainCreateXML(connection, xml, 0) else {
                return .failure(LibvirtFailure.last().error(doing))
            }
            virDomainFree(domain)
            return .success(())
        }
    }

    func destroy(_ name: NodeName, doing: String) -> Result<Void, SkeinError> {
        call(name, doing, absent: ()) { domain in
            guard virDomainDestroy(domain) != 0 else { return .success(()) }
            let failure = LibvirtFailure.last()
            // It ended by itself between the two calls.
            if failure.isNoDomain || failure.isWrongState && virDomainIsActive(domain) != 1 { return .success(()) }
            return .failure(failure.error(doing))
        }
    }

    func shutDown(_ name: NodeName, doing: String) -> Result<Void, SkeinError> {
        call(name, doing, absent: ()) { domain in
            guard virDomainShutdown(domain) != 0 else { return .success(()) }
            let failure = LibvirtFailure.last()
            return failure.isNoDomain ? .success(()) : .failure(failure.error(doing))
        }
    }

    func isRunning(_ name: NodeName, doing: String) -> Result<Bool, SkeinError> {
        call(name, doing, absent: false) { domain in .success(describe(domain)?.isRunning ?? false) }
    }

    func list(doing: String) -> Result<[RunningNode], SkeinError> {
        call(doing) { connection in
            var domains: UnsafeMutablePointer<OpaquePointer?>?
            let count = virConnectListAllDomains(connection, &domains, VIR_CONNECT_LIST_DOMAINS_ACTIVE.rawValue)
            guard count >= 0, let domains else { return .failure(LibvirtFailure.last().error(doing)) }
            defer { free(domains) }
            var nodes: [RunningNode] = []
            for domain in UnsafeBufferPointer(start: domains, count: Int(count)) {
                guard let domain else { continue }
                defer { virDomainFree(domain) }
                if let node = describe(domain) { nodes.append(node) }
            }
            return .success(nodes)
        }
    }

    /// Nil when the domain is none of ours, or ended meanwhile.
    private func describe(_ domain: OpaquePointer) -> RunningNode? {
        guard let (name, uuid) = LibvirtLifecycle.identity(of: domain) else { return nil }
        var info = virDomainInfo()
        guard virDomainGetInfo(domain, &info) == 0 else { return nil }
        let state = UInt32(info.state)
        return RunningNode(
            name: name, uuid: uuid, memory: .kibibytes(Int64(clamping: info.maxMem)), vcpus: Int(info.nrVirtCpu),
            processorTime: .nanoseconds(Int64(clamping: info.cpuTime)),
            isRunning: state == VIR_DOMAIN_RUNNING.rawValue || state == VIR_DOMAIN_BLOCKED.rawValue)
    }
}
