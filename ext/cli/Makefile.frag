# The program `outbox`: ext/cli with the objects of the core that the extension is made of, none of them compiled
# a second time. Part of every build of the extension, not on Windows.
OUTBOX_PROGRAM     = $(builddir)/modules/outbox
OUTBOX_CLI_OBJECTS = $(patsubst %.c,$(builddir)/%.o,$(OUTBOX_CLI_SOURCES))
OUTBOX_CLI_CORE    = $(foreach object,$(shared_objects_outbox),$(if $(findstring ext/core/,$(object)),$(object)))

all: $(OUTBOX_PROGRAM)

$(OUTBOX_CLI_OBJECTS): $(builddir)/%.o: $(srcdir)/%.c
	@mkdir -p $(@D)
	$(CC) $(OUTBOX_CLI_FLAGS) $(CFLAGS_CLEAN) -I$(srcdir)/ext/cli -I$(srcdir)/ext/core -MMD -MP -MF $(@:.o=.d) -MT $@ -c -o $@ $<

$(OUTBOX_PROGRAM): $(OUTBOX_CLI_OBJECTS) $(OUTBOX_CLI_CORE)
	@mkdir -p $(@D)
	$(LIBTOOL) --tag=CC --mode=link $(CC) $(CFLAGS_CLEAN) $(LDFLAGS) -o $@ $(OUTBOX_CLI_OBJECTS) $(OUTBOX_CLI_CORE) $(OUTBOX_CLI_LIBS)

-include $(OUTBOX_CLI_OBJECTS:.o=.d)
