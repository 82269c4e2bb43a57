"""An import-linter contract of our own: a closed list of what a package may import from this project."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules


class OnlyContract(Contract):
    """Each source package may import itself and the allowed packages; everything else of this project is refused.

    import-linter's `forbidden` names what is refused, so a file with a new name would slip through; this names what
    is allowed. `forbidden_external` lists libraries that must not be imported directly. Indirect imports need no rule:
    what is allowed has a contract of its own.
    """

    type_name = "only"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    forbidden_external = fields.SetField(subfield=fields.StringField(), required=False, default=frozenset())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return the refused imports as (importer, imported) pairs in `metadata["refused"]`."""
        sources = module_expressions_to_modules(graph, self.source_modules)  # type: ignore[arg-type]
        allowed = {m.name for m in module_expressions_to_modules(graph, self.allowed_modules)}  # type: ignore[arg-type]
        roots = set(self.session_options["root_packages"])
        external = set(self.forbidden_external)  # type: ignore[call-overload]
        refused: list[tuple[str, str]] = []
        for source in sorted(module.name for module in sources):
            for importer in sorted({source, *graph.find_descendants(source)}):
                for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                    root = imported.partition(".")[0]
                    if root not in roots:
                        if root in external:
                            refused.append((importer, imported))
                    elif not any(_inside(imported, package) for package in {source, *allowed}):
                        refused.append((importer, imported))
        return ContractCheck(kept=not refused, metadata={"refused": refused})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each refused import."""
        for importer, imported in check.metadata["refused"]:
            output.print_error(f"{importer} is not allowed to import {imported}", bold=False)
        output.new_line()


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")
