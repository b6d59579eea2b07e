package io.waxwing.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import edu.mit.csail.sdg.alloy4.A4Reporter;
import edu.mit.csail.sdg.ast.Command;
import edu.mit.csail.sdg.parser.CompModule;
import edu.mit.csail.sdg.parser.CompUtil;
import edu.mit.csail.sdg.translator.A4Options;
import edu.mit.csail.sdg.translator.A4Solution;
import edu.mit.csail.sdg.translator.TranslateAlloyToKodkod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeSet;
import kodkod.engine.satlab.SATFactory;
import org.junit.jupiter.api.Test;

/**
 * Every command of {@code simplex.als} is a test of the same name. A check that holds has no counterexample within its
 * scope; each mutation, which leaves one rule out, has to have one.
 */
class SimplexModelTest {
    // Written in Java: the build needs no native solver.
    private static final String SOLVER = "sat4j";

    private static final CompModule MODEL = readModel();

    private static CompModule readModel() {
        try (InputStream in =
                Objects.requireNonNull(SimplexModelTest.class.getResourceAsStream("simplex.als"), "simplex.als")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return CompUtil.parseEverything_fromString(A4Reporter.NOP, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void agreementOfFour() {
        assertHolds("agreementOfFour");
    }

    @Test
    void agreementOfSeven() {
        assertHolds("agreementOfSeven");
    }

    @Test
    void breakersOfFourAreConvicted() {
        assertHolds("breakersOfFourAreConvicted");
    }

    @Test
    void breakersOfSevenAreConvicted() {
        assertHolds("breakersOfSevenAreConvicted");
    }

    @Test
    void noHonestNodeIsConvicted() {
        assertHolds("noHonestNodeIsConvicted");
    }

    @Test
    void doubleNotarizeAloneConvicts() {
        assertRefuted("doubleNotarizeAloneConvicts");
    }

    @Test
    void nullifyAndFinalizeAloneConvicts() {
        assertRefuted("nullifyAndFinalizeAloneConvicts");
    }

    @Test
    void chainGrowsOverANullifiedView() {
        assertPossible("chainGrowsOverANullifiedView");
    }

    @Test
    void everyViewFinalWithALiarWhoSignsNothing() {
        assertPossible("everyViewFinalWithALiarWhoSignsNothing");
    }

    @Test
    void notarizedAfterNullify() {
        assertPossible("notarizedAfterNullify");
    }

    @Test
    void withoutOneNotarizePerView() {
        assertRefuted("withoutOneNotarizePerView");
    }

    @Test
    void withoutNotarizedParent() {
        assertRefuted("withoutNotarizedParent");
    }

    @Test
    void withoutNullifiedGap() {
        assertRefuted("withoutNullifiedGap");
    }

    @Test
    void withoutNotarizationBeforeFinalize() {
        assertRefuted("withoutNotarizationBeforeFinalize");
    }

    @Test
    void withNullifyAndFinalize() {
        assertRefuted("withNullifyAndFinalize");
    }

    @Test
    void withAQuorumOfTwo() {
        assertRefuted("withAQuorumOfTwo");
    }

    @Test
    void withTwoLiarsOfFour() {
        assertRefuted("withTwoLiarsOfFour");
    }

    @Test
    void withThreeLiarsOfSeven() {
        assertRefuted("withThreeLiarsOfSeven");
    }

    @Test
    void noCommandOfTheModelIsLeftOut() {
        TreeSet<String> commands = new TreeSet<>();
        MODEL.getAllCommands().forEach(command -> commands.add(command.label));
        TreeSet<String> tests = new TreeSet<>();
        Arrays.stream(SimplexModelTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .forEach(tests::add);
        tests.remove("noCommandOfTheModelIsLeftOut");
        assertThat(tests).isEqualTo(commands);
    }

    private static void assertHolds(String check) {
        Command command = command(check);
        assertThat(command.check).isTrue();
        A4Solution solution = solve(command);
        assertThat(solution.satisfiable())
                .as("counterexample to %s: %s", check, solution)
                .isFalse();
    }

    private static void assertRefuted(String check) {
        Command command = command(check);
        assertThat(command.check).isTrue();
        assertThat(solve(command).satisfiable())
                .as("%s has a counterexample", check)
                .isTrue();
    }

    private static void assertPossible(String run) {
        Command command = command(run);
        assertThat(command.check).isFalse();
        assertThat(solve(command).satisfiable()).as("%s has an instance", run).isTrue();
    }

    private static Command command(String label) {
        return MODEL.getAllCommands().stream()
                .filter(command -> command.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the model has no command " + label));
    }

    private static A4Solution solve(Command command) {
        A4Options options = new A4Options();
        options.solver = SATFactory.get(SOLVER);
        // Counting signatures never wraps around.
        options.noOverflow = true;
        return TranslateAlloyToKodkod.execute_command(A4Reporter.NOP, MODEL.getAllReachableSigs(), command, options);
    }
}
