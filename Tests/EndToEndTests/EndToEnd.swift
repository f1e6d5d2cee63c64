import Testing

/// Everything that needs the real `skein`, networks and guests.
///
/// These tests share two cores and one kernel, and some measure: they run one after the other.
@Suite("End to end", .serialized) struct EndToEnd {}
