package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A YAML document taken apart into dotted paths, each with its text and the line it stands on. Only mappings, scalars
 * and lists of flat mappings: that is all a configuration needs, so nothing else can hide in it.
 */
final class YamlSettings {
    private final Map<String, Setting> scalars = new LinkedHashMap<>();
    private final Map<String, ListSetting> lists = new LinkedHashMap<>();
    private final String file;

    private YamlSettings(String file) {
        this.file = file;
    }

    /**
     * One value.
     *
     * @param text as written
     * @param where file and line, for errors
     */
    record Setting(String text, String where) {}

    /**
     * A list of mappings.
     *
     * @param items each with its keys
     * @param where file and line
     */
    record ListSetting(List<Map<String, Setting>> items, String where) {}

    /** Parses a document. @throws RefusedException WXW-2003 if it is not YAML, WXW-2002 if its shape is not as above */
    static YamlSettings parse(String file, String yaml) {
        YamlSettings settings = new YamlSettings(file);
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        try {
            @Nullable Node root = new Yaml(options).compose(new java.io.StringReader(yaml));
            if (root != null) {
                settings.mapping("", settings.asMapping(root, "the document"));
            }
        } catch (YAMLException e) {
            throw new RefusedException(FailureCode.CONFIG_FILE, file + ": " + firstLine(e));
        }
        return settings;
    }

    private static String firstLine(YAMLException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", "; ");
    }

    private void mapping(String prefix, MappingNode node) {
        for (NodeTuple entry : node.getValue()) {
            String key = asScalar(entry.getKeyNode(), prefix).getValue();
            String path = prefix.isEmpty() ? key : prefix + "." + key;
            Node value = entry.getValueNode();
            if (value instanceof MappingNode child) {
                mapping(path, child);
            } else if (value instanceof SequenceNode list) {
                lists.put(path, list(path, list));
            } else {
                Setting twice =
                        scalars.put(path, new Setting(asScalar(value, path).getValue(), where(value)));
                if (twice != null) {
                    throw shape(value, path, "stands twice");
                }
            }
        }
    }

    private ListSetting list(String path, SequenceNode list) {
        List<Map<String, Setting>> items = new ArrayList<>();
        for (Node item : list.getValue()) {
            Map<String, Setting> keys = new LinkedHashMap<>();
            for (NodeTuple entry : asMapping(item, path).getValue()) {
                String key = asScalar(entry.getKeyNode(), path).getValue();
                Node value = entry.getValueNode();
                keys.put(key, new Setting(asScalar(value, path + "." + key).getValue(), where(value)));
            }
            items.add(keys);
        }
        return new ListSetting(items, where(list));
    }

    private MappingNode asMapping(Node node, String path) {
        if (node instanceof MappingNode mapping) {
            return mapping;
        }
        throw shape(node, path, "want 'key: value' pairs");
    }

    private ScalarNode asScalar(Node node, String path) {
        if (node instanceof ScalarNode scalar) {
            return scalar;
        }
        throw shape(node, path, "want a single value");
    }

    private RefusedException shape(Node node, String path, String what) {
        return new RefusedException(FailureCode.CONFIG_VALUE, where(node) + ": " + path + ": " + what);
    }

    private String where(Node node) {
        return file + ":" + (node.getStartMark().getLine() + 1);
    }

    Map<String, Setting> scalars() {
        return scalars;
    }

    Map<String, ListSetting> lists() {
        return lists;
    }
}
