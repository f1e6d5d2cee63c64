import Basics

/// A frame that is being put together: slices of one chunk that follow each other.
///
/// One head for many slices saves the sealing of a head, and all that both sides do for a frame. What is not there yet is
/// never waited for, so that on slow links each slice is a frame.
struct UnsealedSlices {
    var header: FrameHeader
    /// Where its head lies, behind the first byte that was gathered.
    let offset: Int

    /// The slice of another frame may be added: it follows the last, which is not the end of its chunk.
    func isContinued(by next: FrameHeader) -> Bool {
        let slices = header.payloadBytes / FormatLimits.sliceBytes
        return header.kind == FrameKind.slice.rawValue && header.stream == next.stream && header.index == next.index
            && header.payloadBytes % FormatLimits.sliceBytes == 0 && Int(header.slice) + slices == Int(next.slice)
    }
}
