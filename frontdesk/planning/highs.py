"""Solving a linear model with HiGHS (`highspy`), which is imported only when something is solved.

HiGHS was chosen by measurement: with the stretch formulation it proves more of the published instances than CP-SAT
and CBC, in a wheel of 5 MB. One process must never import ortools beside it: the two crash each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import inf, isfinite
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from frontdesk.planning.linear import ROW_TOLERANCE, Bounds, LinearModel

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[float64]

STOP_INTERVAL = 0.02
"""Seconds between two looks at `should_stop`."""

PROGRESS_INTERVAL = 0.25
"""Seconds between two reports of the bound alone; a better solution is reported at once."""

Status: TypeAlias = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True)
class Progress:
    """Where a solve stands: the best cost and the proven bound, their relative gap, the seconds so far.

    `nodes` counts the branches done, 0 while the root is still being tightened. `values` is the solution when it has
    just improved, else None. Without a solution `best` and `gap` are infinite.
    """

    best: float
    bound: float
    gap: float
    seconds: float
    values: Sequence[float] | None
    nodes: int = 0


@dataclass(frozen=True)
class Solution:
    """What a solve found.

    `optimal` means proven within the gap, `infeasible` that there is no solution (or none below the cutoff),
    `unknown` that time ran out before there was one. Whole columns are rounded and every row checked again, so
    `values`, empty without a solution, and `objective` can be relied upon; `bound` is what no solution goes below.
    """

    status: Status
    values: Sequence[float]
    objective: float
    bound: float


def available() -> bool:
    """Whether highspy is installed. It is not imported."""
    return find_spec("highspy") is not None


def solve(
    model: LinearModel,
    *,
    seconds: float,
    bounds: Bounds | None = None,
    gap: float = 0.0,
    step: float = 0.0,
    start: Sequence[float] | None = None,
    cutoff: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    offered: Callable[[], Sequence[float] | None] | None = None,
    seed: int = 0,
    threads: int = 1,
    relaxed: bool = False,
    options: dict[str, bool | int | float | str] | None = None,
) -> Solution:
    """Minimise the model within the time.

    `bounds` replace the model's own; `gap` is the relative gap at which the search may end, `step` a number whose
    multiples all solutions cost (1 when costs are whole: a bound above best - 1 is then a proof); `start` a solution to
    begin with; only solutions below `cutoff` are looked for. `offered` is asked during the search for a better solution
    found elsewhere. `relaxed` solves the linear relaxation, whose values are not rounded. The callbacks run in this
    thread and must not raise. ImportError without highspy.
    """
    import numpy as np

    limits = bounds if bounds is not None else Bounds(model.lower, model.upper)
    solver = _loaded(model, limits, relaxed)
    settings: dict[str, bool | int | float | str] = {
        "time_limit": max(0.0, float(seconds)),
        "mip_rel_gap": gap,
        "mip_abs_gap": 0.99 * step if step else 1e-6,
        "random_seed": seed,
        "threads": threads,
        **({"parallel": "off"} if threads == 1 else {}),
        **({"objective_bound": cutoff} if cutoff is not None else {}),
        **(options or {}),
    }
    for name, value in settings.items():
        solver.setOptionValue(name, value)
    if start is not None:
        solver.setSolution(model.columns, np.arange(model.columns, dtype=np.int32), np.asarray(start, dtype=np.float64))
    if not relaxed:
        _listen(solver, on_progress, should_stop, offered)
    solver.run()
    return _result(solver, model, limits, relaxed, cutoff)


def reduced_costs(model: LinearModel) -> tuple[Values, Values] | None:
    """The values of the linear relaxation and what one more of each column costs there; None where it has no optimum.

    By interior points and a crossover: on AB rosters two to four times as fast as the simplex method.
    """
    import highspy
    import numpy as np

    solver = _loaded(model, Bounds(model.lower, model.upper), relaxed=True)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("threads", 1)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    return np.array(solution.col_value), np.array(solution.col_dual)


def _loaded(model: LinearModel, limits: Bounds, relaxed: bool) -> Any:
    """A silent solver holding the model."""
    import highspy
    import numpy as np

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = model.columns, model.rows
    program.offset_ = model.offset
    program.col_cost_ = np.frombuffer(model.costs) if model.columns else np.zeros(0)
    program.col_lower_ = np.frombuffer(limits.lower) if model.columns else np.zeros(0)
    program.col_upper_ = np.frombuffer(limits.upper) if model.columns else np.zeros(0)
    program.row_lower_ = np.frombuffer(model.row_lower) if model.rows else np.zeros(0)
    program.row_upper_ = np.frombuffer(model.row_upper) if model.rows else np.zeros(0)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.num_col_, program.a_matrix_.num_row_ = model.columns, model.rows
    program.a_matrix_.start_ = np.frombuffer(model.starts, dtype=np.int32)
    if model.indices:
        program.a_matrix_.index_ = np.frombuffer(model.indices, dtype=np.int32)
        program.a_matrix_.value_ = np.frombuffer(model.coefficients)
    if not relaxed:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[each] for each in model.integer]
    solver.passModel(program)
    return solver


def _listen(
    solver: Any,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
    offered: Callable[[], Sequence[float] | None] | None,
) -> None:
    """Attach the callbacks: improving solutions and bounds out, the wish to stop and solutions found elsewhere in."""
    import numpy as np

    began = monotonic()
    last = {"stop": 0.0, "progress": 0.0}

    def report(data: Any, values: Sequence[float] | None) -> None:
        if on_progress is not None:
            best = data.mip_primal_bound if values is None else data.objective_function_value
            seconds = monotonic() - began
            on_progress(Progress(best, data.mip_dual_bound, data.mip_gap, seconds, values, data.mip_node_count))

    def improved(event: Any) -> None:
        report(event.data_out, np.array(event.data_out.mip_solution).tolist())

    def interrupted(event: Any) -> None:
        now = monotonic()
        if now - last["stop"] >= STOP_INTERVAL:
            last["stop"] = now
            if should_stop is not None and should_stop():
                event.interrupt()
        if now - last["progress"] >= PROGRESS_INTERVAL:
            last["progress"] = now
            report(event.data_out, None)

    def asked(event: Any) -> None:
        values = offered() if offered is not None else None
        if values is not None:
            event.data_in.setSolution(np.asarray(values, dtype=np.float64))

    if on_progress is not None:
        solver.cbMipImprovingSolution += improved
    if on_progress is not None or should_stop is not None:
        solver.cbMipInterrupt += interrupted
    if offered is not None:
        solver.cbMipUserSolution += asked


def _result(solver: Any, model: LinearModel, limits: Bounds, relaxed: bool, cutoff: float | None) -> Solution:
    """Read the outcome, rounding whole columns and checking all rows and bounds again."""
    import highspy

    outcome, info = solver.getModelStatus(), solver.getInfo()
    kinds = highspy.HighsModelStatus
    if outcome in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible, kinds.kObjectiveBound):
        return Solution("infeasible", (), inf, inf if cutoff is None else cutoff)
    proven = outcome in (kinds.kOptimal, kinds.kModelEmpty)
    # Without a whole column HiGHS solves a linear program and leaves the bound of the search at nought.
    linear = relaxed or not any(model.integer)
    bound = (info.objective_function_value if proven else -inf) if linear else info.mip_dual_bound
    if outcome == kinds.kModelEmpty:
        bound = model.offset
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = checked(model, limits, solver.getSolution().col_value, relaxed) if found or proven else None
    if values is None:
        return Solution("unknown", (), inf, bound if isfinite(bound) else -inf)
    objective = model.offset + float(_array(model.costs) @ values)
    return Solution("optimal" if proven else "feasible", values.tolist(), objective, min(bound, objective))


def checked(model: LinearModel, limits: Bounds, given: Sequence[float], relaxed: bool = False) -> Values | None:
    """The values with whole columns rounded, or None when they break a bound or a row."""
    import numpy as np

    values = np.array(given, dtype=np.float64)
    if len(values) != model.columns:
        return None
    if not relaxed:
        whole = np.frombuffer(model.integer, dtype=np.uint8).astype(bool) if model.columns else np.zeros(0, bool)
        values[whole] = np.round(values[whole])
    tolerance = ROW_TOLERANCE * 10
    if np.any(values < _array(limits.lower) - tolerance) or np.any(values > _array(limits.upper) + tolerance):
        return None
    if model.rows and model.indices:
        starts = np.frombuffer(model.starts, dtype=np.int32)
        products = _array(model.coefficients) * values[np.frombuffer(model.indices, dtype=np.int32)]
        sums = np.concatenate(([0.0], np.cumsum(products)))
        totals = sums[starts[1:]] - sums[starts[:-1]]
        slack = tolerance * np.maximum(1.0, np.abs(totals))
        if np.any(totals < _array(model.row_lower) - slack) or np.any(totals > _array(model.row_upper) + slack):
            return None
    return values


def _array(numbers: Sequence[float]) -> Values:
    """The flat array of floats as numpy sees it, without a copy; an empty one as well."""
    import numpy as np

    return np.asarray(numbers, dtype=np.float64)
