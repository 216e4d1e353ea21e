// Runs before the page is painted, so that it is never painted in the wrong colors.
(() => {
  const saved = (() => { try { return localStorage.getItem('millrace-theme'); } catch { return null; } })();
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const set = (theme) => { document.documentElement.dataset.theme = theme; };
  let chosen = saved === 'dark' || saved === 'light' ? saved : null;
  const now = () => chosen ?? (dark.matches ? 'dark' : 'light');
  const label = () => {
    const button = document.getElementById('theme');
    if (button) {
      const other = now() === 'dark' ? 'light' : 'dark';
      button.textContent = other === 'dark' ? 'Dark' : 'Light';
      button.setAttribute('aria-label', `Switch to ${other} colors`);
    }
  };
  const apply = () => { set(now()); label(); dispatchEvent(new Event('millrace-theme')); };
  dark.addEventListener('change', apply);
  apply();
  addEventListener('DOMContentLoaded', () => {
    label();
    document.getElementById('theme').addEventListener('click', () => {
      chosen = now() === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem('millrace-theme', chosen); } catch { /* not possible in private windows */ }
      apply();
    });
  });
})();
