// The event stream of the API: updates, and the state of the connection.

const SILENT_MS = 12_000; // the server sends a heartbeat every five seconds
const RETRY_MS = 3_000;

/** An address relative to the page, without the user and password of the page's own address. */
export const address = (path) => new URL(path, location.origin + location.pathname).href;

export async function load(path) {
  const answer = await fetch(address(path), { cache: 'no-store' });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** Calls onUpdate with each update; connection() returns the state of the connection. */
export function follow(onUpdate) {
  let source = null;
  let state = 'connecting';
  let heardMs = Date.now();

  const open = () => {
    source = new EventSource(address('api/events'));
    const heard = () => { heardMs = Date.now(); state = 'open'; };
    source.addEventListener('open', heard);
    source.addEventListener('heartbeat', heard);
    source.addEventListener('update', (event) => { heard(); onUpdate(JSON.parse(event.data)); });
    source.addEventListener('error', () => {
      state = 'lost';
      // a browser reconnects by itself, except after an error response
      if (source.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MS);
    });
  };
  open();

  return {
    connection(now = Date.now()) {
      if (state === 'open' && now - heardMs > SILENT_MS) return { state: 'silent', sinceMs: heardMs };
      return { state, sinceMs: heardMs };
    },
  };
}
