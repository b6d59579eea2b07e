package io.waxwing.http.members;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.http.fake.TestNode;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.hash.Hash;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the ledger is of, and what its operator may ask to change. */
class MembersApiTest {
    private static final String PROPOSALS = "/v1/members/proposals";
    private static final String[] OPERATOR = {
        "content-type", "application/json", "authorization", "Bearer " + TestNode.TOKEN
    };

    private final TestNode node = new TestNode();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void listsInstitutionsWithTheirKeysAndAudiences() {
        String body = node.get("/v1/members").body();

        assertThat(body)
                .startsWith("{\"ledger\":\"ledger.example\",\"epoch\":3,\"since\":\"77\",\"validators\":1,\"quorum\":1")
                .contains("\"name\":\"bank-a\",\"id\":1,\"role\":\"validator\",\"voteKey\":\"")
                .contains("\"name\":\"insurer\",\"id\":2,\"role\":\"removed\",\"convicted\":[\"double-propose\"]")
                .contains(
                        "\"audiences\":[{\"id\":1,\"availability\":\"quorum\",\"members\":[\"bank-a\",\"insurer\"]}]");
    }

    @Test
    void listsWhatIsProposed() {
        assertThat(node.get(PROPOSALS).body())
                .contains("\"approvedHere\":true,\"needed\":3,\"approvedBy\":[\"bank-a\"],"
                        + "\"changes\":[\"- a \\\"b\\\"\",\"+ c\"]");
    }

    @Test
    void whoHasTheTokenProposesAndVotes() {
        HttpResponse<String> made = node.post(
                PROPOSALS,
                "{\"changes\":[{\"remove\":\"insurer\"},{\"retireNode\":{\"id\":5}},"
                        + "{\"audience\":{\"id\":2,\"availability\":\"all\",\"members\":[\"bank-a\"]}},"
                        + "{\"topic\":{\"tag\":\"" + Hash.ZERO.hex() + "\",\"audience\":2,\"active\":false}},"
                        + "{\"parameter\":{\"name\":\"challenge-blocks\",\"value\":0}},"
                        + "{\"parameter\":{\"name\":\"challenge-time\",\"value\":900000}}]}",
                OPERATOR);

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).isEqualTo("{\"id\":\"" + Hash.ZERO.hex() + "\"}");
        assertThat(node.consortium.proposed)
                .containsExactly(List.of(
                        new Change.RemoveMember("insurer"),
                        new Change.RetireNode(5),
                        new Change.SetAudience(2, Availability.ALL, Set.of(1)),
                        new Change.SetTopic(Hash.ZERO, 2, false),
                        new Change.SetParameter(Change.Parameter.CHALLENGE_BLOCKS, 0),
                        new Change.SetParameter(Change.Parameter.CHALLENGE_TIME, 900_000)));
        String vote = PROPOSALS + "/" + Hash.ZERO.hex() + ":vote";
        assertThat(node.post(vote, "{\"approve\":true}", OPERATOR).statusCode()).isEqualTo(200);
        assertThat(node.post(vote, "{\"approve\":false}", OPERATOR).statusCode())
                .isEqualTo(200);
        assertThat(node.consortium.votes).containsExactly("0000 true", "0000 false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer 0123456789abcdeF",
                "Basic 0123456789abcdef",
                "Bearer 0123456789abcdef0"
            })
    void nobodyElseProposesOrVotes(String authorization) {
        String[] headers = authorization.isEmpty()
                ? new String[] {"content-type", "application/json"}
                : new String[] {"content-type", "application/json", "authorization", authorization};

        HttpResponse<String> answer = node.post(PROPOSALS, "{\"changes\":[{\"remove\":\"insurer\"}]}", headers);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
        assertThat(answer.body()).contains("WXW-1308").doesNotContain(TestNode.TOKEN);
        assertThat(node.post(PROPOSALS + "/" + Hash.ZERO.hex() + ":vote", "{\"approve\":true}", headers)
                        .statusCode())
                .isEqualTo(401);
        assertThat(node.consortium.proposed).isEmpty();
        assertThat(node.consortium.votes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"changes\":[]}",
                "{\"changes\":[{}]}",
                "{\"changes\":[{\"add\":\"no join file\"}]}",
                "{\"changes\":[{\"node\":\"no join file\"}]}",
                "{\"changes\":[{\"retireNode\":5}]}",
                "{\"changes\":[{\"remove\":7}]}",
                "{\"changes\":[{\"rename\":\"x\"}]}",
                "{\"changes\":[{\"audience\":{\"id\":0,\"availability\":\"all\",\"members\":[\"bank-a\"]}}]}",
                "{\"changes\":[{\"audience\":{\"id\":2,\"availability\":\"most\",\"members\":[\"bank-a\"]}}]}",
                "{\"changes\":[{\"audience\":{\"id\":2,\"availability\":\"all\",\"members\":[\"stranger\"]}}]}",
                "{\"changes\":[{\"audience\":{\"id\":2,\"availability\":\"all\",\"members\":[]}}]}",
                "{\"changes\":[{\"topic\":{\"tag\":\"00\",\"audience\":2,\"active\":true}}]}",
                "{\"changes\":[{\"parameter\":{\"name\":\"time\",\"value\":1}}]}",
                "{\"changes\":[{\"parameter\":{\"name\":\"challenge-time\",\"value\":0}}]}",
                "{\"changes\":[{\"parameter\":{\"name\":\"challenge-blocks\",\"value\":100001}}]}",
                "{\"changes\":[{\"parameter\":{\"name\":\"challenge-blocks\",\"value\":1.5}}]}",
                "{\"changes\":[{\"remove\":\"insurer\"}],\"more\":1}"
            })
    void whatIsNoChangeIsRefused(String body) {
        assertThat(node.post(PROPOSALS, body, OPERATOR).statusCode()).isEqualTo(400);
        assertThat(node.consortium.proposed).isEmpty();
    }

    @Test
    void whatTheLedgerRefusesIsAConflictWithItsCode() {
        HttpResponse<String> answer = node.post(PROPOSALS, "{\"changes\":[{\"remove\":\"nobody\"}]}", OPERATOR);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("WXW-1011").contains("WXW-3193");
    }

    @Test
    void otherPathsAndIdsLeadNowhere() {
        assertThat(node.get("/v1/members/bank-a").statusCode()).isEqualTo(404);
        assertThat(node.get(PROPOSALS + "/00:vote").statusCode()).isEqualTo(405);
        assertThat(node.post(PROPOSALS + "/00:vote", "{}", OPERATOR).statusCode())
                .isEqualTo(404);
    }
}
