package io.waxwing.broker.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.processing.Schedules;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules on a bus whose answers the test gives, with a clock that it sets, on a store that outlives a crash. */
class ScheduleServiceTest {
    private static final long NOON = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();
    private static final String SOON =
            "{\"at\":\"2026-01-01T12:00:00.050Z\",\"topic\":\"t\",\"event\":{\"data\":{\"n\":1.50}}}";

    private final AtomicLong clock = new AtomicLong(NOON);
    private final MemoryColumns store = new MemoryColumns();
    private final TestBus bus = new TestBus();
    private ScheduleService service = service();

    /** Keeps what is published, and answers as it is told; without an answer nothing is said. */
    private static final class TestBus implements EventBus {
        private final BlockingQueue<EventDraft> published = new LinkedBlockingQueue<>();
        private final Queue<@Nullable Refusal> refusals = new ArrayDeque<>();
        private boolean silent;

        @Override
        public synchronized boolean publish(EventDraft draft, long token, AckSink sink) {
            published.add(draft);
            Refusal refusal = refusals.poll();
            if (refusal != null) {
                sink.refused(token, refusal);
            } else if (!silent) {
                sink.acknowledged(token, Acknowledgement.DURABLE);
            }
            return true;
        }

        @Override
        public void whenRoom(String topic, Runnable resume) {
            resume.run();
        }

        @Override
        public Attachment attach(Subscriber subscriber, StartFrom start) {
            throw new AssertionError("schedules publish, they subscribe to nothing");
        }

        EventDraft next() throws InterruptedException {
            EventDraft draft = published.poll(20, TimeUnit.SECONDS);
            assertThat(draft).isNotNull();
            return draft;
        }
    }

    private ScheduleService service() {
        ScheduleService made = new ScheduleService(
                new ScheduleService.Parts(
                        bus, store, Authentication.OPEN, "bank-a", new ScheduleLimits(2, 2, 1_000, 60_000), clock::get),
                new SimpleMeterRegistry());
        made.load();
        made.start();
        return made;
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Schedules.Put put(String id, String json) {
        return service.put(Access.UNLIMITED, id, json.getBytes(StandardCharsets.UTF_8))
                .join();
    }

    private Schedules.Shown until(String id, String counter, long value) {
        Schedules.Shown shown = service.show(Access.UNLIMITED, id).join();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (shown.counters().get(counter) != value) {
            assertThat(System.nanoTime()).as(shown.toString()).isLessThan(end);
            shown = service.show(Access.UNLIMITED, id).join();
        }
        return shown;
    }

    @Test
    void anEventIsPublishedAtItsTimeAndNamesIt() throws Exception {
        Schedules.Put put = put("soon", SOON);
        assertThat(put.created()).isTrue();
        assertThat(put.shown().nextMs()).isEqualTo(NOON + 50);
        clock.addAndGet(50);
        EventDraft draft = bus.next();
        assertThat(draft.topic()).isEqualTo("t");
        assertThat(draft.identified()).isTrue();
        assertThat(draft.attributes().get("source")).isEqualTo("//bank-a/schedules/soon");
        assertThat(draft.attributes().get("time")).isEqualTo("2026-01-01T12:00:00.050Z");
        assertThat(draft.attributes().get("wxwschedule")).isEqualTo("soon");
        assertThat(new String(draft.payload().bytes(), StandardCharsets.UTF_8)).isEqualTo("{\"n\":1.50}");
        Schedules.Shown shown = until("soon", "fired", 1);
        assertThat(shown.lastMs()).isEqualTo(NOON + 50);
        assertThat(shown.nextMs()).as("ended").isZero();
    }

    @Test
    void whatACrashLeftUnderWayIsPublishedAgainAsTheSameEvent() throws Exception {
        bus.silent = true;
        put("soon", SOON);
        clock.addAndGet(50);
        EventDraft first = bus.next();
        // It crashes: nothing was heard of the event. And it stays away for long.
        service.close();
        clock.addAndGet(86_400_000);
        bus.silent = false;
        service = service();
        EventDraft second = bus.next();
        assertThat(second.attributes()).isEqualTo(first.attributes());
        until("soon", "fired", 1);
        service.close();
        service = service();
        assertThat(service.show(Access.UNLIMITED, "soon").join().counters()).containsEntry("fired", 1L);
        assertThat(bus.published).isEmpty();
    }

    @Test
    void aTimeThatIsJustOverIsDueAndOneThatWasDoneIsNotDoneAgain() throws Exception {
        clock.addAndGet(30_000);
        assertThat(put("late", SOON).shown().nextMs()).isEqualTo(NOON + 50);
        assertThat(bus.next().attributes().get("time")).isEqualTo("2026-01-01T12:00:00.050Z");
        until("late", "fired", 1);
        assertThatThrownBy(() -> put("late", SOON.replace("1.50", "2")))
                .hasMessageContaining("no such time is to come");
        clock.addAndGet(30_100);
        assertThatThrownBy(() -> put("later", SOON)).hasMessageContaining("no such time is to come");
    }

    @Test
    void whatPassedWhileTheNodeWasDownIsMissedOrComesOnce() throws Exception {
        put("skip", "{\"cron\":\"0 * * * *\",\"topic\":\"skip\"}");
        put("once", "{\"cron\":\"0 * * * *\",\"topic\":\"once\",\"misfire\":\"once\"}");
        service.close();
        clock.addAndGet(3 * 3_600_000 + 120_000);
        service = service();
        assertThat(bus.next().topic()).isEqualTo("once");
        assertThat(until("once", "fired", 1).counters()).containsEntry("missed", 2L);
        assertThat(until("skip", "missed", 3).counters()).containsEntry("fired", 0L);
        assertThat(bus.published).isEmpty();
    }

    @Test
    void aNodeThatIsBusyIsAskedAgainAndARefusalIsNot() throws Exception {
        bus.refusals.add(new Refusal(FailureCode.NODE_BUSY, "later"));
        bus.refusals.add(new Refusal(FailureCode.SCHEMA_MISMATCH, "no"));
        put("soon", SOON);
        clock.addAndGet(50);
        EventDraft first = bus.next();
        assertThat(bus.next().attributes()).isEqualTo(first.attributes());
        assertThat(until("soon", "failed", 1).lastFailure()).isEqualTo("WXW-1012 no");
    }

    @Test
    void ofARemovedScheduleNothingIsTriedAgain() throws Exception {
        bus.refusals.add(new Refusal(FailureCode.NODE_BUSY, "later"));
        put("soon", SOON);
        clock.addAndGet(50);
        EventDraft draft = bus.next();
        assertThat(draft.topic()).isEqualTo("t");
        service.remove(Access.UNLIMITED, "soon").join();
        assertThat(bus.published.poll(4, TimeUnit.SECONDS)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"skip,false", "once,false", "skip,true", "once,true"})
    void aClockThatWasYearsAheadSilencesNoSchedule(String misfire, boolean restarted) throws Exception {
        String json = "{\"cron\":\"0 * * * *\",\"topic\":\"t\",\"misfire\":\"" + misfire
                + "\",\"until\":\"2030-01-01T00:00:00Z\"}";
        boolean once = misfire.equals("once");
        put("hourly", json);
        service.close();
        clock.set(Instant.parse("2032-05-05T05:05:00Z").toEpochMilli());
        service = service();
        if (once) {
            assertThat(bus.next().topic()).isEqualTo("t");
            until("hourly", "fired", 1);
        }
        assertThat(service.show(Access.UNLIMITED, "hourly").join().nextMs()).isZero();
        clock.set(NOON + 60_000);
        if (restarted) {
            service.close();
            service = service();
        } else {
            // Any schedule that is looked at brings the look.
            put("soon", SOON.replace("12:00:00.050", "12:01:00.050"));
            clock.addAndGet(50);
            assertThat(bus.next().attributes().get("time")).isEqualTo("2026-01-01T12:01:00.050Z");
            until("soon", "fired", 1);
        }
        assertThat(service.show(Access.UNLIMITED, "hourly").join().nextMs()).isEqualTo(NOON + 3_600_000);
        assertThat(put("hourly", json).shown().nextMs()).isEqualTo(NOON + 3_600_000);
    }

    @Test
    void thereAreOnlySoManyAndSoLarge() {
        put("a", SOON);
        put("b", SOON);
        assertThat(put("b", SOON).created()).isFalse();
        assertThatThrownBy(() -> put("c", SOON)).hasMessageContaining("schedules.max");
        String large = SOON.replace("1.50", "\"" + "x".repeat(1_000) + "\"");
        assertThatThrownBy(() -> put("a", large)).isInstanceOf(ProblemException.class);
        service.remove(Access.UNLIMITED, "a").join();
        assertThat(service.list(Access.UNLIMITED).join()).hasSize(1);
        assertThatThrownBy(() -> service.remove(Access.UNLIMITED, "a").join()).hasMessageContaining("WXW-1251");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"topic\":\"t\"}|/cron",
                "{\"at\":\"2027-01-01T00:00:00Z\",\"cron\":\"* * * * *\",\"topic\":\"t\"}|/at",
                "{\"at\":\"2025-01-01T00:00:00Z\",\"topic\":\"t\"}|/at",
                "{\"at\":\"tomorrow\",\"topic\":\"t\"}|/at",
                "{\"at\":\"2027-01-01T00:00:00Z\",\"zone\":\"UTC\",\"topic\":\"t\"}|/zone",
                "{\"cron\":\"* * * *\",\"topic\":\"t\"}|/cron",
                "{\"cron\":\"0 0 30 2 *\",\"topic\":\"t\"}|/cron",
                "{\"cron\":\"* * * * *\",\"zone\":\"Mars\",\"topic\":\"t\"}|/zone",
                "{\"cron\":\"* * * * *\"}|/topic",
                "{\"cron\":\"* * * * *\",\"topic\":\"$SYS/x\"}|/topic",
                "{\"cron\":\"* * * * *\",\"topic\":\"t\",\"misfire\":\"all\"}|/misfire",
                "{\"cron\":\"* * * * *\",\"topic\":\"t\",\"until\":\"x\"}|/until",
                "{\"cron\":\"* * * * *\",\"topic\":\"t\",\"event\":{\"id\":\"1\"}}|/event/id",
                "{\"cron\":\"* * * * *\",\"topic\":\"t\",\"event\":{\"type\":\"\"}}|/event/type",
                "{\"cron\":\"* * * * *\",\"topic\":\"t\",\"event\":{\"type\":\"\\u0001\"}}|/event/type",
                "{\"cron\":\"* * * * *\",\"topic\":\"t\",\"event\":{\"data_base64\":\"?\"}}|/event/data_base64",
                "{\"cron\":\"* * * * *\",\"topic\":\"t\",\"event\":{\"data\":1,\"data_base64\":\"\"}}|/event/data_base64"
            })
    void whatIsWrongIsToldWithItsPlace(String json, String pointer) {
        assertThatThrownBy(() -> {
                    try {
                        put("x", json);
                    } catch (java.util.concurrent.CompletionException wrapped) {
                        throw wrapped.getCause();
                    }
                })
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.problem().pointer()).isEqualTo(pointer));
    }

    @Test
    void dataAreJsonOrTextOrBytes() {
        assertThat(data("\"data\":\"x\"")).isEqualTo("\"x\"");
        assertThat(data("\"data\":\"x\",\"datacontenttype\":\"text/plain\"")).isEqualTo("x");
        assertThat(data("\"data_base64\":\"eHk=\"")).isEqualTo("xy");
        assertThat(data("\"subject\":\"s\"")).isEmpty();
    }

    private static String data(String event) {
        Schedule read = ScheduleReading.schedule(("{\"cron\":\"* * * * *\",\"topic\":\"t\",\"event\":{" + event + "}}")
                .getBytes(StandardCharsets.UTF_8));
        return new String(read.data().bytes(), StandardCharsets.UTF_8);
    }
}
