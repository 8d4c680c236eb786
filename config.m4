dnl Outbox: mail submission for PHP. Sources are found by pattern, here and in config.w32 alike: a file in
dnl ext/ or ext/core/FOLDER is part of the build by lying there.
PHP_ARG_ENABLE([outbox],
  [whether to enable Outbox],
  [AS_HELP_STRING([--enable-outbox], [Enable Outbox, mail submission over SMTP])],
  [yes])

if test "$PHP_OUTBOX" != "no"; then
  AC_PATH_PROG([PKG_CONFIG], [pkg-config], [no])
  if test "$PKG_CONFIG" = "no"; then
    AC_MSG_ERROR([Outbox needs pkg-config (Debian: apt-get install pkg-config)])
  fi
  PKG_CHECK_MODULES([OUTBOX], [libcurl >= 7.85 openssl >= 3.0 libidn2 >= 2.0 jansson >= 2.11], [], [
    AC_MSG_ERROR([Outbox needs libcurl 7.85, OpenSSL 3, libidn2 and jansson with their headers (Debian: apt-get install libcurl4-openssl-dev libssl-dev libidn2-dev libjansson-dev)])
  ])
  dnl Optional: without libidn, SCRAM is for user names and passwords in ASCII only.
  PKG_CHECK_MODULES([OUTBOX_LIBIDN], [libidn >= 1.30], [
    OUTBOX_CFLAGS="$OUTBOX_CFLAGS $OUTBOX_LIBIDN_CFLAGS"
    OUTBOX_LIBS="$OUTBOX_LIBS $OUTBOX_LIBIDN_LIBS"
    outbox_libidn="-DOX_HAVE_LIBIDN"
  ], [outbox_libidn=""])
  PHP_EVAL_INCLINE([$OUTBOX_CFLAGS])
  PHP_EVAL_LIBLINE([$OUTBOX_LIBS], [OUTBOX_SHARED_LIBADD])

  outbox_sources=`cd "$abs_srcdir" && ls ext/*.c ext/core/*/*.c | tr '\n' ' '`
  outbox_flags="-std=gnu11 -Wall -Wextra -Wno-unused-parameter -fvisibility=hidden -D_GNU_SOURCE $outbox_libidn -DZEND_ENABLE_STATIC_TSRMLS_CACHE=1 -I@ext_srcdir@/ext -I@ext_srcdir@/ext/core"
  PHP_NEW_EXTENSION([outbox], [$outbox_sources], [$ext_shared], [], [$outbox_flags])

  dnl libcurl may have a resolver thread running when PHP unloads its modules.
  OUTBOX_SHARED_LIBADD="$OUTBOX_SHARED_LIBADD -Wl,-z,nodelete"
  PHP_SUBST([OUTBOX_SHARED_LIBADD])

  dnl The program `outbox` is made of the same objects; see ext/cli/Makefile.frag.
  OUTBOX_CLI_SOURCES=`cd "$abs_srcdir" && ls ext/cli/*.c | tr '\n' ' '`
  OUTBOX_CLI_FLAGS="-std=gnu11 -Wall -Wextra -D_GNU_SOURCE $outbox_libidn $OUTBOX_CFLAGS"
  OUTBOX_CLI_LIBS="$OUTBOX_LIBS"
  PHP_SUBST([OUTBOX_CLI_SOURCES])
  PHP_SUBST([OUTBOX_CLI_FLAGS])
  PHP_SUBST([OUTBOX_CLI_LIBS])
  PHP_ADD_MAKEFILE_FRAGMENT([$abs_srcdir/ext/cli/Makefile.frag])

  PHP_ADD_BUILD_DIR([$ext_builddir/ext])
  PHP_ADD_BUILD_DIR([$ext_builddir/ext/cli])
  for outbox_folder in base message smtp net spool relay client runner; do
    PHP_ADD_BUILD_DIR([$ext_builddir/ext/core/$outbox_folder])
  done
fi
