/// What the host's apt is told when it installs into an image: where everything of the image is.
///
/// Read after the host's own configuration (which says how archives are reached), and it takes the host's hooks and
/// choices of lists out again: they are for the host's own packages.
enum AptConfiguration {
    static func text(root: String, cache: String, arch: String) -> String {
        """
        #clear DPkg::Pre-Invoke;
        #clear DPkg::Post-Invoke;
        #clear DPkg::Pre-Install-Pkgs;
        #clear DPkg::Options;
        #clear DPkg::Tools;
        #clear APT::Update::Pre-Invoke;
        #clear APT::Update::Post-Invoke;
        #clear APT::Update::Post-Invoke-Success;
        #clear APT::Architectures;
        #clear APT::Default-Release;
        #clear Acquire::IndexTargets;
        #clear Acquire::Languages;
        Acquire::IndexTargets::deb::Packages {
          MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
          flatMetaKey "Packages";
          ShortDescription "Packages";
          Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Packages";
          flatDescription "$(RELEASE) Packages";
          Optional "0";
        };
        Acquire::Languages "none";
        Acquire::GzipIndexes "false";
        Acquire::Retries "3";
        APT::Architecture "\(arch)";
        APT::Architectures { "\(arch)"; };
        APT::Install-Recommends "false";
        APT::Install-Suggests "false";
        APT::Cmd::Pattern-Only "true";
        APT::Keep-Downloaded-Packages "true";
        DPkg::Chroot-Directory "\(root)";
        DPkg::Options { "--force-unsafe-io"; "--force-confdef"; "--force-confold"; };
        DPkg::Use-Pty "false";
        Dpkg::Progress-Fancy "false";
        Dir::State "\(root)/var/lib/apt";
        Dir::State::status "\(root)/var/lib/dpkg/status";
        Dir::State::extended_states "\(root)/var/lib/apt/extended_states";
        Dir::State::lists "\(cache)/lists";
        Dir::Cache::archives "\(root)/var/cache/apt/archives";
        Dir::Cache::pkgcache "\(cache)/pkgcache.bin";
        Dir::Cache::srcpkgcache "\(cache)/srcpkgcache.bin";
        Dir::Etc::sourcelist "/dev/null";
        Dir::Etc::sourceparts "\(cache)/sources";
        Dir::Etc::preferences "/dev/null";
        Dir::Etc::preferencesparts "/dev/null";
        Dir::Log "\(root)/var/log/apt";

        """
    }
}
