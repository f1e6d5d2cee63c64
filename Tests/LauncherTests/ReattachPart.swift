import Foundation

/// What a child of ``ReattachTests`` is to do, and where: told in its environment.
enum ReattachPart: String {
    case startsAndDies
    case findsAndEnds

    static let current = ProcessInfo.processInfo.environment["SKEIN_TEST_PART"].flatMap(ReattachPart.init(rawValue:))
    static let directory = ProcessInfo.processInfo.environment["SKEIN_TEST_DIRECTORY"]
}
