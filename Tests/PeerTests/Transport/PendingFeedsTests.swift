import Basics
import Peer
import Pipeline
import Testing
import Trust

/// Children that ask before the image is here.
@Suite struct PendingFeedsTests {
    private func body(_ chunk: Int, image: UInt8 = 1) -> SubscribeBody {
        var want = Want(chunks: Bitmap(count: 8), lanes: 1, rate: 1)
        want.chunks[chunk] = true
        return SubscribeBody(image: ImageID(ContentHash.of([image])), credit: 100, want: want)
    }

    @Test("the newest want counts, and each is owed an answer")
    func newest() {
        var pending = PendingFeeds()
        #expect(pending.want(body(0), stream: 3, fed: 0) == .lookUp)
        #expect(pending.want(body(1), stream: 3, fed: 0) == .wait)
        #expect(pending.want(body(2), stream: 3, fed: 0) == .wait)
        #expect(pending.isWaiting(3) && !pending.isEmpty)
        let one = pending.end(3)
        #expect(one?.body == body(2) && one?.wants == 3)
        #expect(pending.isEmpty && pending.end(3) == nil)
    }

    @Test("what was taken back or refused is not begun by a want that was on its way")
    func over() {
        var pending = PendingFeeds()
        #expect(pending.want(body(0), stream: 3, fed: 0) == .lookUp)
        pending.end(3)
        #expect(!pending.isWaiting(3))
        #expect(pending.want(body(1), stream: 3, fed: 0) == .over)
        #expect(pending.want(body(1), stream: 2, fed: 0) == .over)
        #expect(pending.want(body(1), stream: 5, fed: 0) == .lookUp)
    }

    @Test("another image over the same stream, too many streams and endless wants are turned away")
    func limits() {
        var pending = PendingFeeds()
        #expect(pending.want(body(0), stream: 1, fed: 0) == .lookUp)
        #expect(pending.want(body(0, image: 2), stream: 1, fed: 0) == .malformed)
        #expect(pending.want(body(0), stream: 2, fed: PeerLimits.streamsPerSession - 1) == .refuse)
        #expect(!pending.isWaiting(2))
        var answers = 1
        while pending.want(body(0), stream: 1, fed: 0) == .wait { answers += 1 }
        #expect(answers < 1_000 && !pending.isWaiting(1))
    }
}
