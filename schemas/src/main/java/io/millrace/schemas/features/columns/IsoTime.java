package io.millrace.schemas.features.columns;

/**
 * Parses ISO 8601 date-times from bytes, without creating objects: {@code 2026-01-31T23:59},
 * optionally with seconds and a fraction, with a blank instead of the T, and with {@code Z} or an
 * offset like {@code +05:30}.
 */
final class IsoTime {
  private static final int[] DAYS_OF_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  private static final long DAY_MS = 86_400_000L;

  private byte[] text = new byte[0];
  private int length;
  private int at;
  private long clockMs;
  private boolean hasOffset;
  private long offsetMs;

  /** Milliseconds since 1970-01-01T00:00 on the local clock of the text. */
  long clockMs() {
    return clockMs;
  }

  boolean hasOffset() {
    return hasOffset;
  }

  /** How far that clock is ahead of UTC. */
  long offsetMs() {
    return offsetMs;
  }

  boolean tryParse(byte[] text, int length) {
    this.text = text;
    this.length = length;
    at = 0;
    hasOffset = false;
    offsetMs = 0;
    long days = date();
    if (days == Long.MIN_VALUE || !(skip('T') || skip(' '))) {
      return false;
    }
    long ofDay = timeOfDay();
    if (ofDay < 0 || !offset()) {
      return false;
    }
    clockMs = days * DAY_MS + ofDay;
    return at == length;
  }

  private long date() {
    int year = digits(4);
    if (year < 1 || !skip('-')) {
      return Long.MIN_VALUE;
    }
    int month = digits(2);
    if (month < 1 || month > 12 || !skip('-')) {
      return Long.MIN_VALUE;
    }
    int day = digits(2);
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    int last = month == 2 && leap ? 29 : DAYS_OF_MONTH[month - 1];
    return day < 1 || day > last ? Long.MIN_VALUE : epochDay(year, month, day);
  }

  /* Days from civil, as in Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms": years begin in March. */
  private static long epochDay(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400;
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }

  private long timeOfDay() {
    int hour = digits(2);
    if (hour < 0 || hour > 23 || !skip(':')) {
      return -1;
    }
    int minute = digits(2);
    if (minute < 0 || minute > 59) {
      return -1;
    }
    long ms = (hour * 60L + minute) * 60_000;
    if (!skip(':')) {
      return ms;
    }
    int second = digits(2);
    if (second < 0 || second > 59) {
      return -1;
    }
    int fraction = skip('.') ? fractionMs() : 0;
    return fraction < 0 ? -1 : ms + second * 1000L + fraction;
  }

  /** Digits beyond milliseconds are cut off. */
  private int fractionMs() {
    int start = at;
    int ms = 0;
    int unit = 100;
    while (at < length && text[at] >= '0' && text[at] <= '9') {
      ms += (text[at++] - '0') * unit;
      unit /= 10;
    }
    return at == start || at - start > 9 ? -1 : ms;
  }

  private boolean offset() {
    if (at == length) {
      return true;
    }
    hasOffset = true;
    if (skip('Z')) {
      return true;
    }
    int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
    int hours = digits(2);
    if (sign == 0 || hours < 0 || hours > 18) {
      return false;
    }
    skip(':');
    int minutes = at == length ? 0 : digits(2);
    if (minutes < 0 || minutes > 59) {
      return false;
    }
    offsetMs = sign * (hours * 60L + minutes) * 60_000;
    return true;
  }

  private boolean skip(char expected) {
    if (at < length && text[at] == expected) {
      at++;
      return true;
    }
    return false;
  }

  private int digits(int count) {
    if (at + count > length) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < count; i++) {
      int digit = text[at++] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
