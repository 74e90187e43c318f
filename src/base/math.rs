//! Floating-point functions that give the same bits on every platform, and the few closed forms
//! that several modules need.

/// `e^x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `x^y`.
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Square root: rounded exactly by IEEE 754, so the processor's own gives the same bits everywhere.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// `e^x` to about 1e-7, several times faster than [`exp`]; only `+ − × ÷` and bit operations.
#[inline]
pub fn fast_exp(x: f64) -> f64 {
    let y = x.clamp(-700.0, 700.0) * std::f64::consts::LOG2_E;
    // Rounds down by truncation of a number that is positive for every clamped argument.
    let whole = (y + 2048.5) as i64 - 2048;
    let r = (y - whole as f64) * std::f64::consts::LN_2;
    let p = 1.0
        + r * (1.0
            + r * (0.5
                + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    f64::from_bits(((whole + 1023) as u64) << 52) * p
}

/// Natural logarithm of a positive number to about 1e-7, several times faster than [`ln`].
#[inline]
pub fn fast_ln(x: f64) -> f64 {
    let bits = x.max(f64::MIN_POSITIVE).to_bits();
    let mut exponent = ((bits >> 52) as i64 - 1023) as f64;
    let mut m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        exponent += 1.0;
    }
    let t = (m - 1.0) / (m + 1.0);
    let t2 = t * t;
    let series = 1.0 + t2 * (1.0 / 3.0 + t2 * (0.2 + t2 * (1.0 / 7.0 + t2 / 9.0)));
    exponent * std::f64::consts::LN_2 + 2.0 * t * series
}

/// Cosine.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// The standard normal quantile of `p` in (0, 1), by Acklam's rational approximation
/// (relative error below 1.2e-9).
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    const LOW: f64 = 0.024_25;
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    if p < LOW {
        tail(sqrt(-2.0 * ln(p.max(f64::MIN_POSITIVE))))
    } else if p > 1.0 - LOW {
        -tail(sqrt(-2.0 * ln((1.0 - p).max(f64::MIN_POSITIVE))))
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    }
}

/// Erlang's delay formula: the share of arrivals that wait in M/M/c with offered load `load`
/// (erlangs); 1 at and above saturation.
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let c = f64::from(servers);
    if load <= 0.0 {
        return 0.0;
    }
    if load >= c {
        return 1.0;
    }
    let blocked = erlang_b(servers, load);
    let rho = load / c;
    blocked / (1.0 - rho * (1.0 - blocked))
}

/// Erlang's loss formula: the share of arrivals refused in M/M/c/c, by the stable recursion.
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    let mut blocked = 1.0;
    for k in 1..=servers {
        blocked = load * blocked / (f64::from(k) + load * blocked);
    }
    blocked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erlang_matches_published_values() {
        assert!((erlang_c(10, 8.0) - 0.4092).abs() < 5e-5);
        assert!((erlang_c(5, 2.5) - 0.1304).abs() < 5e-5);
        assert!((erlang_b(10, 10.0) - 0.2146).abs() < 5e-5);
    }

    #[test]
    fn fast_functions_agree_with_the_exact_ones() {
        for i in -400..400 {
            let x = f64::from(i) * 0.05;
            assert!((fast_exp(x) / exp(x) - 1.0).abs() < 2e-7, "exp {x}");
            assert!((fast_ln(exp(x)) - x).abs() < 2e-7, "ln {x}");
        }
    }

    #[test]
    fn normal_quantile_is_the_inverse_of_the_normal_distribution() {
        for (p, z) in [(0.5, 0.0), (0.975, 1.959_963_985), (0.001, -3.090_232_306)] {
            assert!((normal_quantile(p) - z).abs() < 1e-7, "{p}");
        }
    }
}
