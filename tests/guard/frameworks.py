"""A small page of each framework that renders a vendor's tags, renders again, and swaps or visits."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from guard.site import guard_tag
from html_wall.site import HOST

FILES = Path(__file__).parents[1] / "data" / "frameworks"

_URLS = """
  const tag = (name, end) => `http://${name}.tracker.example/a.${end}`;
  const inject = name => { const e = document.createElement('script'); e.async = true; e.src = tag(name, 'js');
    document.head.insertBefore(e, document.head.firstChild) };
"""


@dataclass(frozen=True, slots=True)
class Framework:
    """`again` makes the page render anew, and `shown` is what must then stand in it.

    `vendors` are the first labels of the hosts that it asks for; `parts` are further pages of the site, by path.
    """

    name: str
    files: tuple[str, ...]
    page: str
    again: str
    shown: str
    vendors: frozenset[str]
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/{self.name}"

    def site(self) -> dict[str, bytes]:
        """The pages and scripts of the site."""
        scripts = {f"/frameworks/{name}": (FILES / name).read_bytes() for name in self.files}
        return scripts | {path: self._document(body) for path, body in ({self.path: self.page} | self.parts).items()}

    def _document(self, body: str) -> bytes:
        if body.startswith("<part>"):
            return body.removeprefix("<part>").encode()
        scripts = "".join(f"<script src=/frameworks/{name}></script>" for name in self.files)
        head = f"{guard_tag()}<title>{self.name}</title><script>{_URLS}</script>{scripts}"
        return f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>".encode()

    @property
    def address(self) -> str:
        return f"http://{HOST}{self.path}"


REACT = Framework(
    "react",
    ("react.production.min.js", "react-dom.production.min.js"),
    """<div id=root></div><script>
      const h = React.createElement;
      class Player extends React.Component {
        render() { return h('iframe', {src: tag('react-frame', 'html'), title: 'v'}) }
      }
      function App() {
        const [n, set] = React.useState(0);
        React.useEffect(() => inject('react-script'), []);
        React.useEffect(() => { window.again = () => ReactDOM.flushSync(() => set(n + 1)) });
        return h('main', null, h('b', {style: {color: n ? 'red' : 'blue'}}, `rendered ${n}`),
          h('img', {src: n > 1 ? '/own.png' : tag('react-replaced', 'gif'), alt: ''}),
          h('img', {src: tag('react-image', 'gif'), className: `c${n}`, alt: ''}),
          n == 0 && h('img', {src: '/own.png', alt: ''}), h(Player, {key: 'same'}),
          h('svg', {viewBox: '0 0 9 9'}, h('image', {xlinkHref: tag('react-svg', 'gif'), width: 9, height: 9})),
          h('p', {dangerouslySetInnerHTML: {__html: `<img src="${tag('react-html', 'gif')}" alt>${n}`}, key: 'html' }),
          h('a', {href: tag('react-link', 'html')}, 'a link'))
      }
      ReactDOM.createRoot(document.getElementById('root')).render(h(App));
    </script>""",
    "again(), again(), again()",
    "rendered 3",
    frozenset({"react-frame", "react-script", "react-image", "react-svg", "react-html"}),
)

VUE = Framework(
    "vue",
    ("vue.global.prod.js",),
    """<div id=root></div><script>
      Vue.createApp({
        data: () => ({n: 0}),
        template: `<main><b :class="'c' + n">rendered {{ n }}</b>
          <img :src="n > 1 ? '/own.png' : 'http://vue-replaced.tracker.example/a.gif'">
          <img src="http://vue-image.tracker.example/a.gif"><iframe :src="frame" :title="'t' + n"></iframe>
          <img v-if="n == 0" src="/own.png"><p v-for="i in n" :key="i">{{ i }}</p>
          <div v-html="html"></div><component is="script" :src="script"></component>
          <svg><image width="9" height="9" xlink:href="http://vue-svg.tracker.example/a.gif"/></svg></main>`,
        computed: {
          frame: () => tag('vue-frame', 'html'), script: () => tag('vue-script', 'js'),
          html: () => `<img src="${tag('vue-html', 'gif')}">`,
        },
        mounted() { window.again = () => { this.n++; return Vue.nextTick() } },
      }).mount('#root');
    </script>""",
    "(async () => { await again(); await again(); await again() })()",
    "rendered 3",
    frozenset({"vue-image", "vue-frame", "vue-html", "vue-script", "vue-svg"}),
)

HTMX = Framework(
    "htmx",
    ("htmx.min.js",),
    """<main id=root hx-get="/htmx-1" hx-trigger="load" hx-swap="innerHTML">loading</main><p id=last></p>""",
    "htmx.ajax('GET', '/htmx-2', {target: '#last', swap: 'outerHTML'})",
    "rendered 2",
    frozenset({"htmx-image", "htmx-script", "htmx-inline", "htmx-outer"}),
    {
        "/htmx-1": """<part><b>rendered 1</b><img src="http://htmx-image.tracker.example/a.gif">
          <script src="http://htmx-script.tracker.example/a.js"></script><script>inject('htmx-inline')</script>""",
        "/htmx-2": """<part><p id=last>rendered 2 <iframe src="http://htmx-outer.tracker.example/a.html"></iframe></p>""",
    },
)

TURBO = Framework(
    "turbo",
    ("turbo.es2017-umd.js",),
    """<main><b>rendered 1</b> <a href="/turbo-2">next</a></main><script>inject('turbo-first')</script>""",
    "document.querySelector('main a').click()",
    "rendered 2",
    frozenset({"turbo-first", "turbo-image", "turbo-frame", "turbo-script", "turbo-inline", "turbo-stream"}),
    {
        "/turbo-2": """<main><b>rendered 2</b><img src="http://turbo-image.tracker.example/a.gif">
          <iframe src="http://turbo-frame.tracker.example/a.html"></iframe>
          <turbo-stream action="append" target="more"><template><img src="http://turbo-stream.tracker.example/a.gif"></template>
          </turbo-stream><p id=more></p>
          <script src="http://turbo-script.tracker.example/a.js"></script><script>inject('turbo-inline')</script></main>"""
    },
)

FRAMEWORKS = (REACT, VUE, HTMX, TURBO)
