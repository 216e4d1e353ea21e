package io.millrace.eval.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Headless Chromium of Debian's packages chromium and chromium-driver, without access to the
 * network.
 */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private final ChromeDriver driver;
  private final List<URI> requests = new ArrayList<>();

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static void assumeInstalled() {
    Assumptions.assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "the packages chromium and chromium-driver are not installed");
  }

  static Browser start(Path directory) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--user-data-dir=" + directory.resolve("profile"),
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.PERFORMANCE, Level.ALL);
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    // with an explicit driver, Selenium neither looks for one nor downloads one
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(new File(DRIVER.toString()))
            .usingAnyFreePort()
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(30));
    Browser browser = new Browser(driver);
    browser.show(1360, 900, "light");
    return browser;
  }

  void open(String url) {
    driver.get(url);
  }

  /** Sets the size of the viewport, and the color scheme that the system prefers. */
  void show(int width, int height, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** The text of an element; empty if there is none, or it was replaced while it was read. */
  String text(String selector) {
    Object found =
        script(
            "const e = document.querySelector(arguments[0]); return e ? e.innerText.trim() : ''",
            selector);
    return String.valueOf(found);
  }

  List<String> texts(String selector) {
    List<String> texts = new ArrayList<>();
    Object found =
        script(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())",
            selector);
    ((List<?>) Objects.requireNonNull(found)).forEach(text -> texts.add(String.valueOf(text)));
    return texts;
  }

  @Nullable Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  void click(String selector) {
    driver.findElement(By.cssSelector(selector)).click();
  }

  /** With the keyboard. */
  void press(String selector) {
    driver.findElement(By.cssSelector(selector)).sendKeys(Keys.ENTER);
  }

  /** What gets the focus, in order, by a short name. */
  List<String> tabThrough(int times) {
    List<String> reached = new ArrayList<>();
    WebElement at = driver.findElement(By.tagName("body"));
    for (int i = 0; i < times; i++) {
      at.sendKeys(Keys.TAB);
      at = driver.switchTo().activeElement();
      reached.add(
          String.valueOf(
              script(
                  """
                  const e = document.activeElement;
                  if (e.name) return e.name + '=' + e.value;
                  if (e.id) return '#' + e.id;
                  const of = e.getAttribute('aria-labelledby');
                  const name = of ? document.getElementById(of).innerText : e.innerText;
                  return name.trim().replace(/^(Scores over).*/s, '$1');
                  """)));
      at = driver.switchTo().activeElement();
    }
    return reached;
  }

  /** The lowest contrast (WCAG 2) of any visible text against its background. */
  double lowestContrast() {
    Object lowest =
        script(
            """
            const parse = (c) => c.match(/[\\d.]+/g).map(Number);
            const light = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
              return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
            const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
            let lowest = 21;
            for (const e of document.querySelectorAll('body *')) {
              const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
              if (!own || !e.checkVisibility() || e.closest('.unseen, noscript')) continue;
              const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
              lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
            }
            return lowest;
            """);
    return ((Number) Objects.requireNonNull(lowest)).doubleValue();
  }

  /** The whole page, into target/. */
  void screenshot(String name) {
    Map<String, Object> how = new LinkedHashMap<>();
    how.put("format", "png");
    how.put("captureBeyondViewport", true);
    Object data = driver.executeCdpCommand("Page.captureScreenshot", how).get("data");
    try {
      Files.write(
          Path.of("target", name + ".png"),
          OutputType.BYTES.convertFromBase64Png(String.valueOf(data)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All network requests since the start. */
  List<URI> requests() {
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      try {
        JsonNode message = new ObjectMapper().readTree(entry.getMessage()).get("message");
        if (message.get("method").asText().equals("Network.requestWillBeSent")) {
          URI uri = URI.create(message.at("/params/request/url").asText());
          if (!uri.getScheme().equals("data") && !uri.getScheme().equals("chrome")) {
            requests.add(uri);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return requests;
  }

  /** Errors in the browser's console: scripts that threw, content that was blocked. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .filter(message -> !message.contains("net::ERR_CONNECTION_REFUSED"))
        .filter(message -> !message.contains("net::ERR_INCOMPLETE_CHUNKED_ENCODING"))
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
