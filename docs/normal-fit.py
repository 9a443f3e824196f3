"""Fits the coefficients of normal.rs from scratch; writes nothing, prints them.

The map. r in (0, 1/2] is the tail probability of the result, L = -log2(r), t = sqrt(L) in [1, 5.75], and

    z(t) = a + b t - c1 / (t + p1) - c2 / (t + p2) - c3 / (t + p3)

Why t: seen from r, the quantile has logarithmic singularities at r = 0 and r = 1 only (on the principal
sheet). sqrt(-log r) has its own branch point at r = 1, so the two cancel and z(t) is smooth and almost
straight; the unconstrained minimax rational of degrees 4/3 then has (found numerically) b > 0, every
residue negative and every pole negative. In partial fractions each operation is therefore monotone in t,
and so is the rounded result.

L = E + P(Q): r = M 2^-(E+1) with M in [1, 2), Q = 2 - M in (0, 1], P(Q) ~ -log2(1 - Q/2) = Q G(Q), and G a
polynomial. Monotone too, because c1 Q moves further per step of Q than the rounding noise of the rest;
checked over all inputs by a test beside the code.

Method: Lawson (iteratively reweighted least squares) for the minimax fit in double precision; then the
coefficients are rounded to f32 one at a time, refitting the remaining ones after each. Last, by hand, the
constant: normal.rs has a - 3e-8, which leaves z just above 0 at the median and centres the rounding errors
(variance 1 + 4e-9 instead of 1 + 6e-8 over all inputs)..
"""

import numpy as np
from scipy.special import ndtri

C = np.polynomial.chebyshev
f32 = np.float32


def lawson(residual_jacobian, theta, free, weight, iterations):
    """Minimax by Lawson weights around Gauss-Newton steps in the free parameters."""
    theta = theta.copy()
    W = np.ones(len(weight)) / len(weight)
    best = (np.inf, theta.copy())
    for _ in range(iterations):
        e, J = residual_jacobian(theta)
        worst = np.abs(e * weight).max()
        if worst < best[0]:
            best = (worst, theta.copy())
        W = W * (np.abs(e * weight) / worst) ** 0.5 + 1e-12
        W /= W.sum()
        s = np.sqrt(W) * weight
        A = J[:, free] * s[:, None]
        scale = np.linalg.norm(A, axis=0)
        step = np.linalg.lstsq(A / scale, -e * s, rcond=1e-13)[0] / scale
        theta[free] += step
    return best


def round_one_by_one(residual_jacobian, theta, order, weight, iterations):
    fixed = []
    worst, theta = lawson(residual_jacobian, theta, [i for i in order], weight, iterations)
    print("  unrounded %.2e" % worst)
    for i in order:
        theta[i] = float(f32(theta[i]))
        fixed.append(i)
        free = [k for k in order if k not in fixed]
        if free:
            worst, theta = lawson(residual_jacobian, theta, free, weight, iterations // 2)
    e, _ = residual_jacobian(theta)
    print("  rounded   %.2e" % np.abs(e * weight).max())
    return theta


# ---- P(Q) = Q G(Q)
def fit_log(degree):
    Q = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, 2001))
    target = -np.log1p(-Q / 2) / np.log(2)
    V = np.vander(Q, degree + 1, increasing=True)[:, 1:]

    def rj(theta):
        return V @ theta - target, V

    weight = np.where(Q == 1, 30.0, 1.0)  # P(1) = 1: the octaves join
    start = np.array([1 / (k * 2.0**k * np.log(2)) for k in range(1, degree + 1)])
    return round_one_by_one(rj, start, list(range(degree)), weight, 400)


# ---- z(t)
t = 1 + (np.sqrt(33) - 1) * (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, 4001)))
r = 2.0 ** -(t * t)
x = -np.expm1(-(t * t - 1) * np.log(2))
z = np.where(x > 3e-3, -ndtri(r), np.sqrt(np.pi / 2) * (x + np.pi / 12 * x**3))
NAMES = ["b", "a", "c1", "p1", "c2", "p2", "c3", "p3"]


def rj_quantile(theta):
    b, a, c1, p1, c2, p2, c3, p3 = theta
    e = a + b * t - c1 / (t + p1) - c2 / (t + p2) - c3 / (t + p3) - z
    J = [t, np.ones_like(t)]
    for c, p in ((c1, p1), (c2, p2), (c3, p3)):
        J += [-1 / (t + p), c / (t + p) ** 2]
    return e, np.stack(J, axis=1)


def linearised_start():
    """Degrees 4/3 by iterated linear least squares (Sanathanan-Koerner with Lawson weights), in partial fractions."""
    u = 2 * (t - t.min()) / (t.max() - t.min()) - 1
    A, B = C.chebvander(u, 4), C.chebvander(u, 3)
    W, D, best = np.ones(len(t)), np.ones(len(t)), (np.inf,)
    for _ in range(200):
        s = np.sqrt(W) * WEIGHT / np.abs(D)
        M = np.hstack([A, -z[:, None] * B]) * s[:, None]
        scale = np.linalg.norm(M, axis=0)
        c = np.linalg.svd(M / scale, full_matrices=False)[2][-1] / scale
        D = B @ c[5:]
        c, D = c / D[0], D / D[0]
        e = np.abs(A @ c[:5] / D - z) * WEIGHT
        if e.max() < best[0]:
            best = (e.max(), c)
        W = W * e / e.max() + 1e-15
        W /= W.sum()
    to_power = lambda c: C.Chebyshev(c, domain=[t.min(), t.max()]).convert(kind=np.polynomial.Polynomial)
    num, den = to_power(best[1][:5]), to_power(best[1][5:])
    line, rest = divmod(num, den)
    poles = np.sort(den.roots().real)[::-1]
    theta = [line.coef[1], line.coef[0]]
    for p in poles:
        theta += [-rest(p) / den.deriv()(p), -p]
    return np.array(theta)


WEIGHT = 1 / np.maximum(1, z / 2)  # absolute error to z = 2, relative beyond


def fit_quantile():
    # Poles first (the most sensitive), the constant last: it mops up what is left.
    return round_one_by_one(rj_quantile, linearised_start(), [3, 5, 7, 0, 6, 4, 2, 1], WEIGHT, 400)


if __name__ == "__main__":
    for degree in (7, 8):
        print("log2 polynomial, degree", degree)
        for c in fit_log(degree):
            print("    %.9e" % c)
    print("quantile")
    for n, c in zip(NAMES, fit_quantile()):
        print("   ", n, "%.9g" % c)
