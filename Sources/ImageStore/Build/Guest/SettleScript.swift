/// Runs inside a base's root at the end: which units a node starts, and which of Debian's it does not.
///
/// Each process that does not start saves 20 to 100 ms of a core where the guest is emulated.
enum SettleScript {
    static let text = #"""
        # The first user space is ours: packages need not make one each time.
        sed -i 's/^update_initramfs=.*/update_initramfs=no/' /etc/initramfs-tools/update-initramfs.conf
        systemctl enable systemd-networkd.service skein-firstboot.service skein-ready.service ssh.service
        systemctl disable systemd-networkd-wait-online.service systemd-network-generator.service e2scrub_reap.service \
            systemd-pstore.service remote-fs.target || :
        # Housekeeping of machines that live long, consoles that nobody sees, databases that are complete.
        systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
            systemd-tmpfiles-clean.timer apt-daily.service apt-daily-upgrade.service \
            getty@tty1.service getty-static.service console-getty.service \
            systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-journal-flush.service \
            systemd-machine-id-commit.service systemd-firstboot.service systemd-repart.service systemd-pcrphase.service \
            systemd-pcrphase-sysinit.service systemd-sysusers.service systemd-hwdb-update.service \
            systemd-binfmt.service proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount \
            modprobe@configfs.service modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service \
            sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount \
            kmod-static-nodes.service systemd-tmpfiles-setup-dev.service systemd-remount-fs.service \
            systemd-random-seed.service systemd-user-sessions.service systemd-ask-password-console.path systemd-ask-password-wall.path \
            cryptsetup.target veritysetup.target integritysetup.target
        systemctl set-default multi-user.target
        # Nobody has to be kept out while the node boots, and no module is asked for that is not used.
        ln -sf /dev/null /etc/tmpfiles.d/systemd-nologin.conf
        rm -f /etc/modules-load.d/modules.conf
        # Not part of the boot: the bus starts when somebody calls, logind (for the power button) after READY.
        mkdir -p /etc/systemd/system/multi-user.target.wants
        ln -sf /dev/null /etc/systemd/system/multi-user.target.wants/dbus.service
        ln -sf /dev/null /etc/systemd/system/multi-user.target.wants/systemd-logind.service
        mkdir -p /etc/systemd/system-generators
        for name in cryptsetup debug gpt-auto hibernate-resume integritysetup rc-local run system-update veritysetup \
            bless-boot getty; do
            ln -sf /dev/null "/etc/systemd/system-generators/systemd-$name-generator"
        done
        """#
}
