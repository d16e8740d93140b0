// The demo's storefront: goods, a log-in, orders, and the four lines by which a shop talks to the widget.
(async () => {
'use strict';
const LANGUAGES = ['zh-Hans', 'zh-Hant', 'en'];
const [shop, orders] = await Promise.all(['shop.json', 'orders.json'].map(name => fetch('/demo/' + name).then(answer => answer.json())));
const byId = id => document.getElementById(id);
let tongue = Math.max(0, LANGUAGES.indexOf(new URLSearchParams(location.search).get('lang') ?? sessionStorage.language ?? guess()));
let customer = sessionStorage.customer || '';

function guess() {
  const first = navigator.language.toLowerCase();
  return /^zh-(tw|hk|mo|hant)/.test(first) ? 'zh-Hant' : first.startsWith('zh') ? 'zh-Hans' : 'en';
}
const word = name => shop.words[name][tongue];
function h(name, given, ...inside) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(given || {})) {
    if (typeof value === 'function') node.addEventListener(key, value); else node.setAttribute(key, value);
  }
  node.append(...inside);
  return node;
}
function picture(name) {
  const [ground, parts] = shop.pictures[name];
  const make = (what, given) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', what);
    for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
    return node;
  };
  const svg = make('svg', {viewBox: '0 0 400 300', 'aria-hidden': 'true'});
  svg.append(make('rect', {width: 400, height: 300, fill: ground}), ...parts.map(([d, fill]) => make('path', {d, fill})));
  return svg;
}
const money = (amount, currency) => new Intl.NumberFormat(LANGUAGES[tongue], {style: 'currency', currency}).format(amount);
const day = at => new Intl.DateTimeFormat(LANGUAGES[tongue], {dateStyle: 'medium'}).format(new Date(at));

// ---- what the widget is told

window.frontdesk ||= [];
frontdesk.push(['setLocale', LANGUAGES[tongue]]);
// The shop's server signs who is logged in; the widget asks again when the token ends.
const token = () => fetch('/demo/sign-in', {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({customer})})
  .then(answer => answer.json()).then(answer => answer.token);
if (customer) frontdesk.push(['identify', token]);
function helpWith(order) {
  frontdesk.push(['setContext', {order, page: location.href}], ['open']);
}
function become(somebody) {
  if (customer) frontdesk.push(['logout']);
  customer = sessionStorage.customer = somebody;
  if (customer) frontdesk.push(['identify', token]);
  draw();
}

// ---- pages

function goods() {
  const list = shop.products.map(one => h('li', {class: 'product'}, picture(one.picture),
    h('div', null, h('h3', null, one.name[tongue]), h('p', null, one.about[tongue]), h('b', null, money(one.price, 'GBP')))));
  return [h('section', {class: 'hero'}, h('h1', null, word('hero')), h('p', null, word('hero_more'))),
    h('h2', null, word('products')), h('ul', {class: 'grid'}, ...list)];
}
function myOrders() {
  const title = h('h2', null, word('orders'));
  const known = shop.customers.find(one => one.id === customer);
  if (!known) return [title, h('p', {class: 'empty'}, word('sign_in'))];
  const list = orders.filter(one => one.customer.email === known.email).map(one => h('li', {class: 'order'},
    picture(shop.pictured[one.id] || 'tea'),
    h('div', null, h('h3', null, word('order') + ' ' + one.id, h('span', {class: 'chip'}, shop.states[one.status][tongue])),
      h('p', null, one.items.join(', ') + ' · ' + money(one.amount, one.currency)), h('p', null, word('placed') + ' ' + day(one.created_at))),
    h('button', {type: 'button', click: () => helpWith(one.id)}, word('help'))));
  return [title, h('ul', {class: 'orders'}, ...list)];
}
function draw() {
  document.documentElement.lang = LANGUAGES[tongue];
  const at = location.hash === '#orders' ? 'orders' : 'shop';
  byId('nav').replaceChildren(...['shop', 'orders'].map(name => h('a', {href: '#' + name, ...(name === at ? {'aria-current': 'page'} : {})}, word(name))));
  byId('account-label').textContent = word('account');
  byId('language-label').textContent = word('language');
  byId('account').replaceChildren(h('option', {value: ''}, word('guest')), ...shop.customers.map(one => h('option', {value: one.id}, one.name)));
  byId('account').value = customer;
  byId('language').value = LANGUAGES[tongue];
  byId('main').replaceChildren(...(at === 'orders' ? myOrders() : goods()));
  byId('footer').textContent = word('footer');
}
byId('account').addEventListener('change', event => become(event.target.value));
byId('language').addEventListener('change', event => {
  tongue = LANGUAGES.indexOf(event.target.value);
  sessionStorage.language = event.target.value;
  frontdesk.push(['setLocale', LANGUAGES[tongue]]);
  draw();
});
addEventListener('hashchange', draw);
draw();
})();
