package io.waxwing.perf.compare;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Bars of deliveries a second, one group a scenario, each group by its own largest: scenarios are not compared. */
final class Plot {
    private static final int BAR = 16;
    private static final int GAP = 26;
    private static final int LEFT = 150;
    private static final int WIDTH = 460;

    private final Map<String, List<Summary>> byScenario;

    Plot(Map<String, List<Summary>> byScenario) {
        this.byScenario = byScenario;
    }

    String svg() {
        StringBuilder bars = new StringBuilder();
        int y = 8;
        for (Map.Entry<String, List<Summary>> scenario : byScenario.entrySet()) {
            y += GAP;
            bars.append(text(8, y - 8, "bold", scenario.getKey()));
            double largest = scenario.getValue().stream()
                    .mapToDouble(Summary::rate)
                    .max()
                    .orElse(1);
            for (Summary summary : scenario.getValue()) {
                long width = Math.round(WIDTH * summary.rate() / Math.max(1, largest));
                String colour = summary.broker().startsWith("waxwing") ? "#b5471f" : "#8a94a0";
                bars.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                        LEFT,
                        y,
                        width,
                        BAR - 3,
                        colour));
                bars.append(text(16, y + BAR - 5, "normal", summary.broker()));
                bars.append(text(
                        LEFT + (int) width + 6,
                        y + BAR - 5,
                        "normal",
                        String.format(Locale.ROOT, "%,.0f", summary.rate())));
                y += BAR;
            }
        }
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n%s</svg>%n",
                LEFT + WIDTH + 90,
                y + GAP,
                bars);
    }

    private static String text(int x, int y, String weight, String content) {
        return String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" font-weight=\"%s\" fill=\"#222\">%s</text>%n",
                x,
                y,
                weight,
                content);
    }
}
