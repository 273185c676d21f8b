# caseward: one plain Makefile.
#
#   make            build bin/caseward
#   make deps       install what the build and the tests need (Debian 12)
#   make check      deps, build without a warning, lint, every test
#   make demo       deps, build, then six weeks of an HR inbox in seconds
#
#   make unit       unit tests             make sys       system tests
#   make lint       rules of the house     make trace     requirements with no test
#   make fuzz       FUZZ_SECONDS=60 each   make valgrind  unit tests and a pass
#                   FUZZ_ONLY="mime html" FUZZ_JOBS=1: these, one at a time
#   make cover      lines that tests run   make bench     figures, one JSON a line
#   make look       mails as a browser shows them (NAMES="ack ...": only these;
#                   LOOK_LANG=es: in Spanish)
#   make kill       KILL_SECONDS=600 of SIGKILL; then each write that may fail
#   make soak       an hour of mails, kills and failing servers; then the books
#   make install    PREFIX=/usr/local DESTDIR=        make clean
#   make deb        a Debian package       make deb-check  installed in a bare tree
#
# CC=clang, SAN=1 (AddressSanitizer, UBSan), WERROR=1, V=1 (show commands)
# go with each of them: `make SAN=1 check`.

ifeq ($(origin CC),default)
CC      := gcc
endif
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

VERSION := 0.3.0

# Each flavour has a tree of its own; bin/ holds the one built last.
B       := build/$(notdir $(lastword $(CC)))$(if $(SAN),-san)$(if $(COV),-cov)$(if $(FUZZ),-fuzz)
Q       := $(if $(V),,@)
comma   := ,

PKGS    := sqlite3 libpcre2-8 gmime-3.0 libxml-2.0 jansson yaml-0.1 \
           libsodium nettle gnutls libzstd libcurl md4c md4c-html
# Library headers are not ours to warn about: -isystem.
PKGCF   := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
# libetpan by hand: its pkg-config flags make a binary that is not PIE.
LIBS    := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -letpan

WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes -Wformat=2 -Wvla -Wcast-qual -Wwrite-strings
SANITIZE := $(if $(SAN)$(FUZZ),-fsanitize=address$(comma)undefined \
           -fno-sanitize-recover=undefined -fno-omit-frame-pointer) \
           $(if $(FUZZ),-fsanitize=fuzzer-no-link)
CFLAGS  ?= $(if $(COV),-O0 -g --coverage -fprofile-update=atomic,-O2 -g)
HARDEN  := -fvisibility=hidden -fstack-protector-strong -fPIE \
           $(if $(SAN)$(COV)$(FUZZ),,-D_FORTIFY_SOURCE=2)
ALL_CFLAGS := -std=c17 -D_GNU_SOURCE -DCASEWARD_VERSION='"$(VERSION)"' -Isrc -I$(B)/gen $(PKGCF) $(WARN) \
           $(if $(WERROR),-Werror) $(HARDEN) $(CFLAGS) $(SANITIZE) -MMD -MP
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now $(LDFLAGS) $(SANITIZE) \
           $(if $(COV),--coverage)

SRC     := $(sort $(wildcard src/*/*.c))
EMBED   := $(sort $(wildcard src/store/sql/*.sql config/*.yaml config/*.csv \
           config/*.ics contrib/demo/script contrib/demo/*.eml) \
           $(shell find templates -type f 2>/dev/null))
OBJ     := $(SRC:%.c=$(B)/%.o) $(B)/gen/embedded.o
LIBOBJ  := $(filter-out $(B)/src/cli/main.o,$(OBJ))
LIB     := $(B)/libcaseward.a
BIN     := $(B)/caseward
UNIT    := $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
TOOLS   := $(patsubst tests/tools/%.c,$(B)/tools/%,$(sort $(wildcard tests/tools/*.c)))
BENCH   := $(patsubst tests/bench/%.c,$(B)/bench/%,$(sort $(wildcard tests/bench/*.c)))
FAULTS  := $(B)/fault/disk.so
REPLAY  := $(patsubst tests/fuzz/%.c,$(B)/replay/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

all: bin/caseward

bin/caseward: $(BIN)
	@mkdir -p bin
	@cp -f $< $@

$(BIN): $(B)/src/cli/main.o $(LIB)
	$(if $(V),,@echo "  LD    $@")
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(LIBOBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(B)/%.o: %.c | libraries
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The files that bin/caseward carries inside itself (base/embed.h).
$(B)/gen/embedded.c: contrib/embed.sh $(EMBED) Makefile
	@mkdir -p $(@D)
	$(Q)contrib/embed.sh $(EMBED) >$@

$(B)/gen/embedded.o: $(B)/gen/embedded.c | libraries
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -o $@ $< $(LIB) -lcmocka $(LIBS)

# Programs that the system tests and the bench use.
$(TOOLS) $(BENCH) $(B)/look/letters: $(B)/%: tests/%.c $(LIB)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

# A disk that fails, preloaded into the program by the system tests.
$(B)/fault/%.so: tests/fault/%.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE $(WARN) $(if $(WERROR),-Werror) -O2 -fPIC -shared -o $@ $<

$(B)/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIB) -lcmocka $(LIBS)

# The same without a fuzzer: what once broke something is tried again.
$(B)/replay/%: tests/fuzz/%.c tests/fuzz/replay.c tests/fuzz/fuzz.h $(LIB)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -Itests/unit $(ALL_LDFLAGS) -o $@ $< tests/fuzz/replay.c $(LIB) -lcmocka $(LIBS)

# What must be there before anything is compiled; says what to do if it is not.
libraries:
	@pkg-config --exists $(PKGS) 2>/dev/null || contrib/deps.sh --missing build

deps:
	@contrib/deps.sh build test

# The variables above were read before the libraries came: hence a new make.
demo:
	@contrib/deps.sh build
	@$(MAKE) --no-print-directory all
	bin/caseward demo

check:
	@contrib/deps.sh build test
	@$(MAKE) --no-print-directory WERROR=1 tests
	@$(if $(SAN),,! command -v clang >/dev/null || \
	    $(MAKE) --no-print-directory CC=clang WERROR=1 library)
	@tests/check.sh $(B)

library: $(LIB)

tests: bin/caseward $(UNIT) $(REPLAY) $(TOOLS) $(FAULTS)

unit: $(UNIT) $(REPLAY)
	@tests/unit.sh $(B)

sys: $(BIN) $(TOOLS) $(FAULTS)
	@tests/sys.sh $(B)

lint: $(LIB) $(UNIT)
	@tests/lint.sh $(B)
	@tests/lint_selftest.sh

trace:
	@/usr/bin/python3 tests/trace.py

fuzz:
	@contrib/deps.sh build test extra
	@$(MAKE) --no-print-directory CC=clang FUZZ=1 WERROR=1 fuzzers
	@tests/fuzz.sh build/clang-fuzz/fuzz $${FUZZ_SECONDS:-60}

fuzzers: $(FUZZERS)

bench: $(BIN) $(BENCH)
	@contrib/deps.sh test extra
	@/usr/bin/python3 tests/bench/bench.py $(B)

# SIGKILL at random moments, and the disk full at every single write.
kill: $(BIN) $(FAULTS)
	@contrib/deps.sh build test
	@CASEWARD=$(CURDIR)/$(BIN) /usr/bin/python3 tests/kill/kill.py $${KILL_SECONDS:-600} $(KILL_SEED)
	@CASEWARD_FAULT_EVERY=$${KILL_EVERY:-1} tests/sys.sh $(B) -k "test_disk or test_power"

soak: $(BIN)
	@contrib/deps.sh test
	@CASEWARD=$(CURDIR)/$(BIN) /usr/bin/python3 tests/soak/soak.py

look: $(B)/look/letters
	@tests/look/render.sh $< $(NAMES)

valgrind: $(BIN) $(UNIT)
	@contrib/deps.sh extra
	@tests/valgrind.sh $(B)

cover:
	@$(MAKE) --no-print-directory COV=1 CC=gcc tests
	@tests/cover.sh build/gcc-cov

PREFIX  ?= /usr/local
DOCS    := $(sort $(wildcard README.md LICENSE contrib/doc/*))

INTO     = $(DESTDIR)$(PREFIX)
UNITS   := $(wildcard contrib/systemd/*.service contrib/systemd/*.timer)

# Made by the program from its own tables.
man: $(BIN)
	@mkdir -p $(B)/man
	@$(BIN) manual >$(B)/man/caseward.1
	@$(BIN) manual settings >$(B)/man/caseward.yaml.5
	@$(BIN) completion >$(B)/man/completion

install: $(BIN) man
	install -D -m 755 $(BIN) $(INTO)/bin/caseward
	install -d $(INTO)/share/doc/caseward $(INTO)/share/caseward/config $(INTO)/lib/systemd/system
	install -m 644 $(DOCS) $(INTO)/share/doc/caseward
	install -m 644 config/*.* $(INTO)/share/caseward/config
	cp -R templates $(INTO)/share/caseward
	install -D -m 644 $(B)/man/caseward.1 $(INTO)/share/man/man1/caseward.1
	install -D -m 644 $(B)/man/caseward.yaml.5 $(INTO)/share/man/man5/caseward.yaml.5
	install -D -m 644 $(B)/man/completion $(INTO)/share/bash-completion/completions/caseward
	install -m 644 $(UNITS) $(INTO)/lib/systemd/system
	sed -i 's|/usr/bin/caseward|$(PREFIX)/bin/caseward|' $(INTO)/lib/systemd/system/caseward*.service
	install -D -m 644 contrib/systemd/caseward.sysusers $(INTO)/lib/sysusers.d/caseward.conf
	install -D -m 644 contrib/systemd/caseward.tmpfiles $(INTO)/lib/tmpfiles.d/caseward.conf

deb: $(BIN)
	@contrib/deps.sh deb
	@contrib/deb.sh $(VERSION) $(B) $(B)

# The package on a Debian that has nothing, with systemd if it boots here.
deb-check: deb
	@contrib/deps.sh deb extra
	@contrib/deb_check.sh $(B)/caseward_$(VERSION)_*.deb

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

clean:
	rm -rf build bin

.PHONY: all libraries library deps demo check tests unit sys lint trace fuzz fuzzers \
	valgrind cover bench look soak kill man install deb deb-check help clean
-include $(OBJ:.o=.d) $(addsuffix .d,$(UNIT) $(TOOLS) $(BENCH) $(FUZZERS))
