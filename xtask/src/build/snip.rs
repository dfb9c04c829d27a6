//! What a panic does in the shipped wasm: it traps, and says nothing.
//!
//! Owns the list of functions of the standard library that end in a panic; each becomes a single `unreachable`. In the
//! browser nobody hears a panic's message (the standard library has no place there to print it), so what puts
//! messages together is dead weight. Everything only those functions called goes with them, when bindgen collects what
//! is not used. Never touches a function that may return.

use walrus::{FunctionKind, Module};

/// Functions of `core`, `alloc` and `std` of type `!`, by the last part of their names.
const DEAD_ENDS: &[&str] = &[
    "assert_failed",
    "assert_failed_inner",
    "begin_panic",
    "capacity_overflow",
    "expect_failed",
    "handle_alloc_error",
    "handle_error",
    "len_mismatch_fail",
    "panic",
    "panic_already_borrowed",
    "panic_already_mutably_borrowed",
    "panic_bounds_check",
    "panic_cannot_unwind",
    "panic_display",
    "panic_explicit",
    "panic_fmt",
    "panic_nounwind",
    "panic_nounwind_fmt",
    "panic_on_ord_violation",
    "panic_poisoned",
    "panic_str_2015",
    "panic_with_hook",
    "rust_begin_unwind",
    "rust_oom",
    "rust_panic",
    "slice_end_index_len_fail",
    "slice_end_index_overflow_fail",
    "slice_error_fail",
    "slice_error_fail_rt",
    "slice_index_fail",
    "slice_index_order_fail",
    "slice_start_index_len_fail",
    "unwrap_failed",
];

/// Empties them, and says how many there were.
pub fn panics(module: &mut Module) -> usize {
    let endings: Vec<String> = DEAD_ENDS.iter().map(|name| format!("{}{name}", name.len())).collect();
    let mut emptied = 0;
    for function in module.funcs.iter_mut() {
        let is_dead_end = function.name.as_deref().is_some_and(|name| is_dead_end(name, &endings));
        if let (true, FunctionKind::Local(local)) = (is_dead_end, &mut function.kind) {
            let mut body = local.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
            emptied += 1;
        }
    }
    emptied
}

/// Names stand here as the compiler mangles them, in its newer way (`_RNvNtCs…_4core9panicking9panic_fmt`) or its older
/// one (`_ZN4core9panicking9panic_fmt17h0123456789abcdefE`): each part of a path after its length.
fn is_dead_end(name: &str, endings: &[String]) -> bool {
    let path = match name.strip_prefix("_ZN") {
        Some(path) => path.get(..path.len().saturating_sub("17h0123456789abcdefE".len())).unwrap_or(path),
        None => name,
    };
    let is_standard = ["4core", "5alloc", "3std", "7___rustc"].iter().any(|root| path.contains(root));
    is_standard && endings.iter().any(|ending| path.ends_with(ending.as_str()))
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, ModuleConfig};

    use super::*;

    fn module(names: &[&str]) -> Module {
        let mut module = Module::with_config(ModuleConfig::new());
        for name in names {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
            builder.name((*name).to_owned()).func_body().i32_const(1).drop();
            let id = builder.finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, id);
        }
        module
    }

    fn emptied(name: &str) -> bool {
        panics(&mut module(&[name])) == 1
    }

    #[test]
    fn what_ends_in_a_panic_is_emptied_however_it_is_mangled() {
        assert!(emptied("_RNvNtCsgXGp5Oqx2Ny_4core9panicking9panic_fmt"));
        assert!(emptied("_ZN4core9panicking9panic_fmt17h0123456789abcdefE"));
        assert!(emptied("_RNvNvMs_NtCs5cOc02OMXlo_5alloc3vecINtB6_3VecppE6remove13assert_failed"));
    }

    #[test]
    fn what_may_return_stays() {
        assert!(!emptied("_RNvNtCsebHcaeoSrxy_3std9panicking12catch_unwind"));
        assert!(!emptied("_ZN11player_core8schedule5retry7Retries4fail17h0123456789abcdefE"));
        assert!(!emptied("_RNvCs1_4core4hash4panicker"));
    }

    #[test]
    fn an_emptied_function_only_traps_and_the_module_stays_whole() {
        let mut module = module(&["_RNvNtCs1_4core6option13unwrap_failed", "_RNvCs1_6player5mount"]);
        assert_eq!(panics(&mut module), 1);
        let bytes = module.emit_wasm();
        let module = Module::from_buffer(&bytes).unwrap();
        assert_eq!(module.funcs.iter_local().count(), 2);
    }
}
