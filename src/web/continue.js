// Takes the customer of a messaging platform to the same conversation on the page `/chat`. What the link holds stands behind its #, so
// that no server on the way writes it down; it is traded for a session, which the chat finds where it keeps its own.
const goOn = async () => {
  const link = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  const ended = () => { document.querySelector('p').hidden = false; };
  try {
    const answer = await fetch('v1/continue', {
      method: 'POST', credentials: 'omit', headers: {'content-type': 'application/json'}, body: JSON.stringify({link}),
    });
    if (!answer.ok) return ended();
    const {site, locale, ...session} = await answer.json();
    // The drawer of a visitor whom no shop has signed in. What lies in it belongs to another conversation.
    const drawer = `frontdesk:${site}::`;
    Object.keys(localStorage).filter(name => name.startsWith(drawer)).forEach(name => localStorage.removeItem(name));
    localStorage.setItem(drawer + 'session', JSON.stringify(session));
    location.replace(`chat?${new URLSearchParams({site, locale})}`);
  } catch { ended(); }
};
// Another link that is opened in the same tab changes what stands behind the #, and loads nothing.
addEventListener('hashchange', () => location.hash && goOn());
goOn();
