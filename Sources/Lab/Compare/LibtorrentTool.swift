import Glibc

/// libtorrent on every host, by a script of ours.
enum LibtorrentTool {
    static func plan(_ scene: ToolScene) -> ToolPlan {
        var plan = Torrent.plan(scene)
        let script = "\(scene.shared)/peer.py"
        plan.files.append(ToolPlan.TextFile(path: script, text: peer))
        plan.standing += scene.hosts.indices.map { host in
            let isSource = host == scene.source
            return ToolPlan.Program(
                host: host,
                arguments: [
                    Torrent.python, script, isSource ? "seed" : "fetch", Torrent.path(scene),
                    scene.hosts[host].directory, "\(scene.hosts[host].address):\(Torrent.listenPort)",
                ],
                readiness: .file(scene.readyMark(host)),
                completion: isSource ? nil : .file(scene.doneMark(host)), endsByItself: false)
        }
        // Loading Python takes longer than a small file: everybody is loaded and waits for this.
        plan.startSignal = SIGUSR1
        return plan
    }

    /// Its arguments: seed or fetch, the torrent, the directory of the file, the address to listen on.
    private static let peer = """
        import os, signal, sys, time

        import libtorrent as lt

        role, torrent, directory, listen = sys.argv[1:]
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        session = lt.session({
            "listen_interfaces": listen,
            "alert_mask": lt.alert.category_t.status_notification | lt.alert.category_t.error_notification,
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            # TCP alone, and nothing that slows it: no encryption, no limits, no preference for uTP.
            "enable_outgoing_utp": False,
            "enable_incoming_utp": False,
            "mixed_mode_algorithm": 0,
            "rate_limit_ip_overhead": False,
            "in_enc_policy": 2,
            "out_enc_policy": 2,
            # Everybody may have from everybody.
            "unchoke_slots_limit": -1,
            "choking_algorithm": 0,
            "unchoke_interval": 1,
            "optimistic_unchoke_interval": 2,
            "connections_limit": 2000,
            "connection_speed": 500,
            "torrent_connect_boost": 200,
            "listen_queue_size": 200,
            "min_reconnect_time": 1,
            "min_announce_interval": 1,
            "num_want": 1000,
            "allowed_fast_set_size": 0,
            "initial_picker_threshold": 0,
            "close_redundant_connections": False,
            "request_queue_time": 2,
            "max_out_request_queue": 1000,
            "max_allowed_in_request_queue": 4000,
            "send_buffer_watermark": 1 << 20,
            "max_queued_disk_bytes": 32 << 20,
            "tick_interval": 100,
        })
        session.set_peer_class_filter(lt.ip_filter())


        def joined():
            added = lt.add_torrent_params()
            added.ti = lt.torrent_info(torrent)
            added.save_path = directory
            added.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
            if role == "seed":
                added.flags |= lt.torrent_flags.seed_mode
            added.max_uploads = -1
            added.max_connections = 2000
            return session.add_torrent(added)


        def mark(name):
            open(os.path.join(directory, name), "w").close()


        if role == "seed":
            handle = joined()
            mark("ready")
        else:
            mark("ready")
            signal.sigwait([signal.SIGUSR1])
            handle = joined()
        announced = time.monotonic()
        done = role == "seed"
        while True:
            session.wait_for_alert(200 if done else 20)
            for alert in session.pop_alerts():
                if isinstance(alert, lt.torrent_error_alert):
                    sys.exit(alert.message())
            if not done and handle.status().is_seeding:
                done = True
                mark("done")
            if time.monotonic() - announced > 1:
                announced = time.monotonic()
                handle.force_reannounce()

        """
}
