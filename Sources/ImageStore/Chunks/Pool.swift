internal import Synchronization

/// Keeps workers' contexts and buffers for the next use; it never holds more than were in use at once.
final class Pool<Element: AnyObject>: Sendable {
    private let idle = Mutex<[Item]>([])
    private let make: @Sendable () -> Element

    /// An element is used by one thread at a time, which is what makes it safe to hand from thread to thread.
    private struct Item: @unchecked Sendable {
        let element: Element
    }

    init(_ make: @escaping @Sendable () -> Element) { self.make = make }

    func use<Result>(_ body: (Element) -> Result) -> Result {
        let item = idle.withLock { $0.popLast() } ?? Item(element: make())
        defer { idle.withLock { $0.append(item) } }
        return body(item.element)
    }
}
