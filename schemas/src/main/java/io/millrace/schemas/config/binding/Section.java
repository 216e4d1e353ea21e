package io.millrace.schemas.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The keys of a record type's section of the file, with their types, meanings and defaults.
 *
 * @param keys in the record's order
 */
public record Section(Class<?> type, List<SettingKey> keys) {

  /** One key of a section. */
  public record SettingKey(String name, Type type, Setting setting) {
    public boolean isRequired() {
      return setting.byDefault().equals(Setting.REQUIRED);
    }

    /** Whether it may be absent and has no default. */
    public boolean isOptional() {
      return setting.byDefault().equals(Setting.NONE);
    }
  }

  public static Section of(Class<?> record) {
    List<SettingKey> keys = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      if (setting == null) {
        throw new IllegalStateException(record + "." + component.getName() + " has no @Setting");
      }
      String name = setting.key().isEmpty() ? snakeCase(component.getName()) : setting.key();
      keys.add(new SettingKey(name, component.getGenericType(), setting));
    }
    return new Section(record, List.copyOf(keys));
  }

  SettingKey key(String name) {
    return keys.stream().filter(key -> key.name().equals(name)).findFirst().orElseThrow();
  }

  int indexOf(String name) {
    return keys.stream().map(SettingKey::name).toList().indexOf(name);
  }

  List<String> names() {
    return keys.stream().map(SettingKey::name).toList();
  }

  /**
   * @throws ReflectiveOperationException with the constructor's own exception as its cause
   */
  Object create(Object[] arguments) throws ReflectiveOperationException {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class[]::new);
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(arguments);
  }

  /** The kinds of a sealed interface, by the value of {@code type:} in the file. */
  public static Map<String, Class<?>> kinds(Class<?> sealed) {
    // FeatureConfig's kinds end in "Feature", LabelConfig's in "Label".
    String suffix = sealed.getSimpleName().replace("Config", "");
    Map<String, Class<?>> kinds = new LinkedHashMap<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      kinds.put(snakeCase(kind.getSimpleName().replace(suffix, "")), kind);
    }
    return kinds;
  }

  static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** The default as it would appear in the file. */
  public static JsonNode defaultOf(SettingKey key) {
    return Yaml.parse(key.setting().byDefault());
  }
}
