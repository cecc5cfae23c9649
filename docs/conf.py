"""Sphinx reads this: `make docs` builds the documentation into build/docs."""

import spindetect

project = "spindetect"
author = "The spindetect developers"
copyright = "2026, The spindetect developers"
version = release = spindetect.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "matplotlib.sphinxext.plot_directive",
]
exclude_patterns = ["examples"]
html_theme = "furo"
html_title = f"spindetect {release}"
default_role = "code"

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "none"
# Its blocks derive from classes of this one, which need not be installed to describe them.
autodoc_mock_imports = ["datatrove"]
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_ivar = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# The notebook is executed by docs/rerun.py, which also writes what it printed.
nb_execution_mode = "off"

# Pictures of docstrings are drawn when the documentation is built.
plot_formats = [("png", 110)]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_include_source = True
plot_rcparams = {"figure.figsize": (6.4, 3.6), "font.size": 9}
