# The Debian package: `./dev package`. What an office edits lies in /etc/trailwatch, what comes anew with each version in
# /usr/share/trailwatch; users, directories and keys are made by packaging/debian/postinst.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # the program and its documents are all that is installed

# Man pages and completion are made by the program itself, so that they say what it does.
set(documents ${CMAKE_BINARY_DIR}/documents)
add_custom_target(documents
  COMMAND ${CMAKE_SOURCE_DIR}/packaging/documents $<TARGET_FILE:trailwatch> ${CMAKE_SOURCE_DIR} ${documents}
  DEPENDS trailwatch VERBATIM)

install(TARGETS trailwatch RUNTIME DESTINATION usr/bin)
install(DIRECTORY config/rules config/profiles DESTINATION usr/share/trailwatch)
install(FILES config/trailwatch.json config/words.json DESTINATION etc/trailwatch)
install(DIRECTORY DESTINATION etc/trailwatch/rules)
install(DIRECTORY DESTINATION etc/trailwatch/profiles)
install(DIRECTORY config/systemd/ DESTINATION lib/systemd/system FILES_MATCHING PATTERN "*.service" PATTERN "*.socket"
  PATTERN "*.timer")
install(FILES config/systemd/network.conf DESTINATION usr/share/trailwatch/systemd)
install(FILES ${documents}/trailwatch.1.gz DESTINATION usr/share/man/man1)
install(FILES ${documents}/trailwatch.json.5.gz DESTINATION usr/share/man/man5)
install(FILES ${documents}/trailwatch DESTINATION usr/share/bash-completion/completions)
install(FILES ${documents}/_trailwatch DESTINATION usr/share/zsh/vendor-completions)
install(FILES ${documents}/changelog.gz packaging/debian/copyright DESTINATION usr/share/doc/trailwatch)
install(DIRECTORY docs/ DESTINATION usr/share/doc/trailwatch PATTERN "changelog.md" EXCLUDE PATTERN "images" EXCLUDE)
install(FILES docs/changelog.md DESTINATION usr/share/doc/trailwatch RENAME changes.md)
install(FILES packaging/lintian-overrides DESTINATION usr/share/lintian/overrides RENAME trailwatch)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_NAME trailwatch)
set(CPACK_PACKAGE_VENDOR trailwatch)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "reads every query trail of a government's registers")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Civil servants may look people up, and every look-up leaves a trail.
trailwatch reads all of them, keeps them in one encrypted store whose
history can be proven, and tells the ethics office which look-ups
deserve a question and why.
.
The daemon, a signer under a user of its own, shipped rules and source
profiles, systemd units and the command line.")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "trailwatch <packages@trailwatch.example>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The sheets for printing need a font with Chinese.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "adduser, init-system-helpers (>= 1.54), tzdata, fonts-arphic-uming | fonts-cns11643-kai | fonts-noto-cjk")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/debian/postinst
  ${CMAKE_SOURCE_DIR}/packaging/debian/prerm ${CMAKE_SOURCE_DIR}/packaging/debian/postrm
  ${CMAKE_SOURCE_DIR}/packaging/debian/conffiles)
include(CPack)
