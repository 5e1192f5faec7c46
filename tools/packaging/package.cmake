# What the package holds, and how CPack makes a .deb of it. Included by the CMakeLists.txt above.
#
# `cmake --install` wants the target packaged_files built first; tools/dev package does all of it.
#
# The sample configuration, the manual and the completions are what the binary itself prints.
set(packaging ${CMAKE_CURRENT_LIST_DIR})
set(packaged ${PROJECT_BINARY_DIR}/packaged)
set(packaged_files "")

function(belfry_print file)  # belfry_print(FILE ARGUMENT...)
  add_custom_command(OUTPUT ${packaged}/${file} DEPENDS belfry VERBATIM
    COMMAND ${CMAKE_COMMAND} -E make_directory ${packaged}
    COMMAND belfry ${ARGN} > ${packaged}/${file})
  set(packaged_files ${packaged_files} ${packaged}/${file} PARENT_SCOPE)
endfunction()

function(belfry_compress file source)
  add_custom_command(OUTPUT ${packaged}/${file} DEPENDS ${source} VERBATIM
    COMMAND ${CMAKE_COMMAND} -E make_directory ${packaged}
    COMMAND gzip -9nc ${source} > ${packaged}/${file})
  set(packaged_files ${packaged_files} ${packaged}/${file} PARENT_SCOPE)
endfunction()

belfry_print(belfry.toml config)
belfry_print(belfry.1 manual 1)
belfry_print(belfry.toml.5 manual 5)
belfry_print(belfry.bash completion bash)
belfry_print(_belfry completion zsh)
belfry_print(belfry.fish completion fish)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)  # of the configuration; SOURCE_DATE_EPOCH is obeyed
configure_file(${packaging}/debian/changelog.in ${PROJECT_BINARY_DIR}/changelog @ONLY)
belfry_compress(belfry.1.gz ${packaged}/belfry.1)
belfry_compress(belfry.toml.5.gz ${packaged}/belfry.toml.5)
belfry_compress(changelog.gz ${PROJECT_BINARY_DIR}/changelog)
add_custom_target(packaged_files DEPENDS ${packaged_files})

set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(TARGETS belfry RUNTIME DESTINATION bin)
# The group comes with postinst, when it exists.
install(FILES ${packaged}/belfry.toml DESTINATION /etc/belfry PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(DIRECTORY DESTINATION /etc/belfry/belfry.d
  DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE)
install(FILES systemd/belfry.service DESTINATION lib/systemd/system)
install(FILES systemd/belfry.sysusers DESTINATION lib/sysusers.d RENAME belfry.conf)
install(FILES systemd/belfry.tmpfiles DESTINATION lib/tmpfiles.d RENAME belfry.conf)
install(FILES ${packaged}/belfry.1.gz DESTINATION share/man/man1)
install(FILES ${packaged}/belfry.toml.5.gz DESTINATION share/man/man5)
install(FILES ${packaged}/belfry.bash DESTINATION share/bash-completion/completions RENAME belfry)
install(FILES ${packaged}/_belfry DESTINATION share/zsh/vendor-completions)
install(FILES ${packaged}/belfry.fish DESTINATION share/fish/vendor_completions.d)
install(FILES ${packaging}/debian/copyright ${packaged}/changelog.gz DESTINATION share/doc/belfry)
install(FILES ${packaging}/debian/lintian-overrides DESTINATION share/lintian/overrides RENAME belfry)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME belfry)
set(CPACK_PACKAGE_VERSION ${BELFRY_PACKAGE_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR OFF)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The belfry authors <belfry@example.org>")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "redis-server | valkey-server")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "self-hosted WebSocket cluster that speaks the Pusher protocol")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Browsers hold WebSockets, back ends publish, and every subscriber on every
worker of every machine gets each message once. It speaks the Pusher Channels
protocol, with its client libraries and SDKs unchanged, and a raw protocol for
any WebSocket client.

Redis Pub/Sub carries the messages between workers and machines. Without one
that is named, a private server of the redis-server or valkey-server package
is run.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${packaging}/debian/conffiles ${packaging}/debian/postinst ${packaging}/debian/prerm ${packaging}/debian/postrm)
include(CPack)
