import Basics

/// The programs in Python that use libtorrent's binding; the system's Python has it, another on the PATH may not.
enum LibtorrentScript {
    static let python = "/usr/bin/python3"

    /// A power of two from 16 KiB on, about 256 KiB: small pieces are passed on early, many cost time.
    static let pieceBytes = 256 << 10

    /// Makes the torrent of an image, with which nothing is measured.
    ///
    /// - Parameter tracker: its address; nil: none.
    /// - Returns: the torrent's hash in hexadecimal.
    static func makeTorrent(
        _ image: ToolSetting.Image, _ setting: ToolSetting, tracker: String?, doing: String
    ) async throws(SkeinError) -> String {
        let answer = try await Tool.require(
            python, ["-c", torrent, image.file, setting.torrent(image), "\(pieceBytes)", tracker ?? ""],
            doing: doing, timeout: .seconds(600))
        return String(answer.filter { !$0.isWhitespace })
    }

    private static let torrent = """
        import os, sys
        import libtorrent as lt
        source, target, piece, tracker = sys.argv[1:5]
        files = lt.file_storage()
        files.add_file(os.path.basename(source), os.path.getsize(source))
        torrent = lt.create_torrent(files, int(piece), lt.create_torrent.v1_only)
        if tracker:
            torrent.add_tracker(tracker)
        lt.set_piece_hashes(torrent, os.path.dirname(source))
        with open(target, 'wb') as file:
            file.write(lt.bencode(torrent.generate()))
        print(lt.torrent_info(target).info_hashes().v1)
        """

    /// One host's session: it notes when its copy is whole and on file, and goes on seeding until SIGTERM.
    static let session = """
        import os, signal, sys, time
        import libtorrent as lt

        torrent, directory, address, port, peers, done, gate, ready = sys.argv[1:9]
        over = []
        signal.signal(signal.SIGTERM, lambda *_: over.append(1))
        session = lt.session({
            'listen_interfaces': address + ':' + port,
            'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
            'enable_incoming_utp': False, 'enable_outgoing_utp': False,
            'allow_multiple_connections_per_ip': True, 'connections_limit': 4000, 'connection_speed': 500,
            'listen_queue_size': 200, 'min_reconnect_time': 1, 'unchoke_slots_limit': 8, 'unchoke_interval': 2,
            'optimistic_unchoke_interval': 4, 'active_limit': -1, 'active_seeds': -1, 'active_downloads': -1,
            'send_buffer_watermark': 4 << 20, 'send_buffer_low_watermark': 256 << 10,
            'send_buffer_watermark_factor': 150, 'max_out_request_queue': 1000,
            'alert_mask': lt.alert.category_t.status_notification | lt.alert.category_t.error_notification,
        })
        task = lt.add_torrent_params()
        task.ti = lt.torrent_info(torrent)
        task.save_path = directory
        task.max_uploads = -1
        task.max_connections = -1
        flags = task.flags & ~lt.torrent_flags.auto_managed & ~lt.torrent_flags.paused
        task.flags = flags if done else flags | lt.torrent_flags.seed_mode
        if gate:
            with open(gate) as waiting:
                open(ready, 'w').close()
                waiting.read()
        handle = session.add_torrent(task)
        for line in open(peers):
            host, number = line.split()
            if host != address:
                handle.connect_peer((host, int(number)))
        while not over:
            session.wait_for_alert(200)
            for alert in session.pop_alerts():
                if not done:
                    continue
                if isinstance(alert, lt.torrent_finished_alert):
                    handle.flush_cache()
                elif isinstance(alert, lt.cache_flushed_alert) and not os.path.exists(done):
                    with open(done + '.new', 'w') as file:
                        file.write('%.6f\\n' % time.time())
                    os.rename(done + '.new', done)
        os._exit(0)

        """
}
