//! One wasm made into two: what a page needs at once, and what it may load later.
//!
//! Owns the cut. The later part shares memory, table and globals with the first, so data stays where it is and neither
//! side copies anything: a call across the cut is a call through the table one way, and an import the other way. The
//! surprise is what a call into the later part does before that is loaded: it traps. So the source calls nothing of the
//! later modules before it has loaded them; here only the ways in are known by name, and whatever nobody but they needs
//! goes with them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use walrus::ir::{
    Call, CallIndirect, Const, Instr, InstrSeq, RefFunc, ReturnCall, ReturnCallIndirect, Value, Visitor,
    VisitorMut, dfs_in_order, dfs_pre_order_mut,
};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalId,
    GlobalKind, ImportKind, ImportedFunction, LocalFunction, MemoryId, Module, ModuleConfig, RefType,
    TableId,
};

/// The one module that the later part imports from: the exports of the first.
const FIRST: &str = "m";
/// Functions in the table with fewer instructions stay in the first part. The compiler makes one of two that do the
/// same, under the name of either, and only short ones do the same by chance.
const LISTED_SIZE_MIN: u64 = 64;

/// How the names of functions begin that lead into the later part, as compilers mangle them and bindgen writes them out:
/// a method stands under the module it is written in (`player::rtc::Link::new`) or its type (`<player::rtc::Link>::new`).
pub type Way<'a> = &'a [&'a str];

/// Both modules.
pub struct Parts {
    pub first: Module,
    pub later: Module,
}

/// Splits a module that has its names. Functions that one of `ways_in` leads to, and all that is needed by them alone,
/// make the later part.
///
/// # Errors
/// When a way in leads to no function, or the module has what compilers of Rust do not write.
pub fn split(wasm: &[u8], config: &ModuleConfig, ways_in: &[Way]) -> Result<Parts> {
    let parse = || config.parse(wasm).context("what was to be split is no wasm we can read");
    let (mut first, mut later) = (parse()?, parse()?);
    let twins = Twins::of(&later, &first);
    let mut cut = Cut::find(&first, ways_in)?;
    cut.reserve_slots(&mut first);
    leave_later(&mut later, &cut, &twins)?;
    leave_first(&mut first, &cut)?;
    connect(&mut first, &mut later, &twins)?;
    Ok(Parts { first, later })
}

/// Where the module is cut, in the first part's terms.
struct Cut {
    table: TableId,
    /// What goes.
    later: BTreeSet<FunctionId>,
    /// Of those, what the first part calls.
    called: BTreeSet<FunctionId>,
    /// Places in the table of those that have one.
    slots: BTreeMap<FunctionId, u32>,
}

impl Cut {
    fn find(module: &Module, ways_in: &[Way]) -> Result<Cut> {
        let table = main_table(module)?;
        let slots = listed(module, table)?;
        let bodies: BTreeMap<FunctionId, Uses> =
            module.funcs.iter_local().map(|(id, function)| (id, Uses::of(function))).collect();
        let fixed = fixed(module, &bodies);
        let mut seeds = BTreeSet::new();
        for way in ways_in {
            let of_way =
                |id: FunctionId| module.funcs.get(id).name.as_deref().is_some_and(|name| leads(way, name));
            let found: Vec<_> = module.funcs.iter_local().filter(|(id, _)| of_way(*id)).collect();
            ensure!(
                !found.is_empty(),
                "no function's name begins with {way:?}, which was to be loaded later"
            );
            let is_sure = |(id, function): &(FunctionId, &LocalFunction)| {
                !slots.contains_key(id) || LISTED_SIZE_MIN <= function.size()
            };
            let found = found.into_iter().filter(is_sure).map(|(id, _)| id);
            seeds.extend(found.filter(|id| !fixed.contains(id)));
        }

        let listed = slots.keys().filter(|id| !seeds.contains(*id));
        let mut open: Vec<FunctionId> = fixed.iter().chain(listed).copied().collect();
        let (mut reached, mut called) = (BTreeSet::new(), BTreeSet::new());
        while let Some(id) = open.pop() {
            if seeds.contains(&id) {
                called.insert(id);
            } else if reached.insert(id) {
                open.extend(bodies.get(&id).into_iter().flat_map(|uses| uses.calls.iter().copied()));
            }
        }
        let later = bodies.keys().copied().filter(|id| !reached.contains(id)).collect();
        Ok(Cut { table, later, called, slots })
    }

    /// What is called from the first part needs a place in the table.
    fn reserve_slots(&mut self, first: &mut Module) {
        let table = first.tables.get_mut(self.table);
        for id in &self.called {
            self.slots.entry(*id).or_insert_with(|| {
                let slot = u32::try_from(table.initial).unwrap_or(u32::MAX);
                table.initial += 1;
                slot
            });
        }
        table.maximum = table.maximum.map(|most| most.max(table.initial));
    }
}

/// Newer manglings give each crate's name a number: `player[0123456789abcdef]::rtc`.
fn leads(way: Way, name: &str) -> bool {
    let plain: String =
        name.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect();
    way.iter().any(|beginning| plain.starts_with(beginning))
}

fn main_table(module: &Module) -> Result<TableId> {
    let mut tables = module.tables.iter().filter(|table| table.element_ty == RefType::FUNCREF);
    match (tables.next(), tables.next()) {
        (Some(table), None) => Ok(table.id()),
        _ => bail!("a module is split at its table of functions, and this one has none or several"),
    }
}

/// The functions in the table, with their places.
fn listed(module: &Module, table: TableId) -> Result<BTreeMap<FunctionId, u32>> {
    let mut slots = BTreeMap::new();
    for element in module.elements.iter() {
        let ElementKind::Active { table: of, offset } = &element.kind else { continue };
        let (ElementItems::Functions(functions), ConstExpr::Value(Value::I32(offset))) =
            (&element.items, offset)
        else {
            continue;
        };
        if *of != table {
            continue;
        }
        for (slot, id) in (u32::try_from(*offset)?..).zip(functions) {
            ensure!(
                slots.insert(*id, slot).is_none(),
                "a function is in the table twice, which this does not expect"
            );
        }
    }
    Ok(slots)
}

/// What stays whatever it is called: what the script calls, and what is passed about as a reference.
fn fixed(module: &Module, bodies: &BTreeMap<FunctionId, Uses>) -> BTreeSet<FunctionId> {
    let exported = module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => Some(id),
        ExportItem::Table(_) | ExportItem::Memory(_) | ExportItem::Global(_) | ExportItem::Tag(_) => None,
    });
    let others = module.elements.iter().filter(|element| !matches!(element.kind, ElementKind::Active { .. }));
    let others = others.flat_map(|element| match &element.items {
        ElementItems::Functions(functions) => functions.clone(),
        ElementItems::Expressions(..) => Vec::new(),
    });
    let passed = bodies.values().flat_map(|uses| uses.refers.iter().copied());
    exported.chain(others).chain(passed).chain(module.start).collect()
}

/// What a function needs of others.
#[derive(Default)]
struct Uses {
    calls: BTreeSet<FunctionId>,
    refers: BTreeSet<FunctionId>,
}

impl Uses {
    fn of(function: &LocalFunction) -> Uses {
        let mut uses = Uses::default();
        dfs_in_order(&mut uses, function, function.entry_block());
        uses
    }
}

impl Visitor<'_> for Uses {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.calls.insert(*id);
    }

    fn visit_ref_func(&mut self, instruction: &RefFunc) {
        self.refers.insert(instruction.func);
    }
}

/// The same things in two readings of the same bytes: what the later part calls them, to what the first does.
struct Twins {
    functions: BTreeMap<FunctionId, FunctionId>,
    tables: BTreeMap<TableId, TableId>,
    memories: BTreeMap<MemoryId, MemoryId>,
    globals: BTreeMap<GlobalId, GlobalId>,
}

impl Twins {
    fn of(later: &Module, first: &Module) -> Twins {
        fn pair<T: Ord>(of: impl Iterator<Item = T>, to: impl Iterator<Item = T>) -> BTreeMap<T, T> {
            of.zip(to).collect()
        }
        Twins {
            functions: pair(later.funcs.iter().map(|it| it.id()), first.funcs.iter().map(|it| it.id())),
            tables: pair(later.tables.iter().map(|it| it.id()), first.tables.iter().map(|it| it.id())),
            memories: pair(later.memories.iter().map(|it| it.id()), first.memories.iter().map(|it| it.id())),
            globals: pair(later.globals.iter().map(|it| it.id()), first.globals.iter().map(|it| it.id())),
        }
    }
}

/// Takes from a module all but the later part: the rest becomes imports, of which only those in use are kept.
fn leave_later(later: &mut Module, cut: &Cut, twins: &Twins) -> Result<()> {
    let exports: Vec<_> = later.exports.iter().map(|export| export.id()).collect();
    exports.into_iter().for_each(|id| later.exports.delete(id));
    let customs: Vec<_> = later.customs.iter().map(|(id, _)| id).collect();
    for id in customs {
        later.customs.delete(id);
    }
    later.start = None;
    let data: Vec<_> = later.data.iter().map(|data| data.id()).collect();
    data.into_iter().for_each(|id| later.data.delete(id));
    let elements: Vec<_> = later.elements.iter().map(|element| element.id()).collect();
    elements.into_iter().for_each(|id| later.elements.delete(id));

    let memories: Vec<MemoryId> = later.memories.iter().map(|memory| memory.id()).collect();
    for id in memories {
        let import = later.imports.add(FIRST, "", id);
        let memory = later.memories.get_mut(id);
        memory.data_segments.clear();
        memory.import = Some(import);
    }
    let tables: Vec<TableId> = later.tables.iter().map(|table| table.id()).collect();
    for id in tables {
        let import = later.imports.add(FIRST, "", id);
        let table = later.tables.get_mut(id);
        table.elem_segments.clear();
        table.import = Some(import);
    }
    let globals: Vec<GlobalId> = later.globals.iter().map(|global| global.id()).collect();
    for id in globals {
        let import = later.imports.add(FIRST, "", id);
        later.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
    let functions: Vec<FunctionId> = later.funcs.iter_local().map(|(id, _)| id).collect();
    let mut own = BTreeMap::new();
    for id in functions {
        let twin = *twins.functions.get(&id).context("both readings have the same functions")?;
        if cut.later.contains(&twin) {
            own.insert(twin, id);
        } else {
            let import = later.imports.add(FIRST, "", id);
            let function = later.funcs.get_mut(id);
            function.kind = FunctionKind::Import(ImportedFunction { import, ty: function.ty() });
        }
    }

    let table = main_table(later)?;
    let placed: BTreeMap<u32, FunctionId> =
        cut.slots.iter().filter_map(|(id, slot)| Some((*slot, *own.get(id)?))).collect();
    for (offset, run) in runs(&placed) {
        let offset = ConstExpr::Value(Value::I32(i32::try_from(offset)?));
        let kind = ElementKind::Active { table, offset };
        let id = later.elements.add(kind, ElementItems::Functions(run));
        later.tables.get_mut(table).elem_segments.insert(id);
    }
    walrus::passes::gc::run(later);
    Ok(())
}

/// Neighbours in the table, together.
fn runs(placed: &BTreeMap<u32, FunctionId>) -> Vec<(u32, Vec<FunctionId>)> {
    let mut runs: Vec<(u32, Vec<FunctionId>)> = Vec::new();
    let mut next = None;
    for (slot, id) in placed {
        match runs.last_mut().filter(|_| next == Some(*slot)) {
            Some((_, run)) => run.push(*id),
            None => runs.push((*slot, vec![*id])),
        }
        next = slot.checked_add(1);
    }
    runs
}

/// Takes the later part out of a module: what called it calls through the table, and its places there trap.
fn leave_first(first: &mut Module, cut: &Cut) -> Result<()> {
    let types: BTreeMap<FunctionId, _> =
        first.funcs.iter().map(|function| (function.id(), function.ty())).collect();
    let mut turned = CallsTurned { cut, types: &types };
    let rest: Vec<FunctionId> =
        first.funcs.iter_local().map(|(id, _)| id).filter(|id| !cut.later.contains(id)).collect();
    for id in rest {
        if let FunctionKind::Local(function) = &mut first.funcs.get_mut(id).kind {
            let entry = function.entry_block();
            dfs_pre_order_mut(&mut turned, function, entry);
        }
    }

    let mut builder = FunctionBuilder::new(&mut first.types, &[], &[]);
    builder.func_body().unreachable();
    let absent = builder.finish(Vec::new(), &mut first.funcs);
    for element in first.elements.iter_mut() {
        if let ElementItems::Functions(functions) = &mut element.items {
            let gone = functions.iter_mut().filter(|id| cut.later.contains(id));
            gone.for_each(|id| *id = absent);
        }
    }
    let table = first.tables.get(cut.table);
    ensure!(table.import.is_none(), "a module that is split has its table itself");
    Ok(())
}

struct CallsTurned<'a> {
    cut: &'a Cut,
    types: &'a BTreeMap<FunctionId, walrus::TypeId>,
}

impl CallsTurned<'_> {
    fn place(&self, function: FunctionId) -> Option<(Instr, walrus::TypeId)> {
        let slot = self.cut.slots.get(&function).filter(|_| self.cut.later.contains(&function))?;
        let value = Value::I32(i32::try_from(*slot).ok()?);
        Some((Instr::Const(Const { value }), *self.types.get(&function)?))
    }
}

impl VisitorMut for CallsTurned<'_> {
    fn start_instr_seq_mut(&mut self, sequence: &mut InstrSeq) {
        let table = self.cut.table;
        let before = std::mem::take(&mut sequence.instrs);
        for (instruction, location) in before {
            let turned = if let Instr::Call(Call { func }) = &instruction {
                let call = |ty| Instr::CallIndirect(CallIndirect { ty, table });
                self.place(*func).map(|(slot, ty)| (slot, call(ty)))
            } else if let Instr::ReturnCall(ReturnCall { func }) = &instruction {
                let call = |ty| Instr::ReturnCallIndirect(ReturnCallIndirect { ty, table });
                self.place(*func).map(|(slot, ty)| (slot, call(ty)))
            } else {
                None
            };
            match turned {
                Some((slot, call)) => sequence.instrs.extend([(slot, location), (call, location)]),
                None => sequence.instrs.push((instruction, location)),
            }
        }
    }
}

/// Gives what the later part imports its names, and has the first part export it.
fn connect(first: &mut Module, later: &mut Module, twins: &Twins) -> Result<()> {
    let missing = "both readings have the same parts";
    for (count, import) in later.imports.iter_mut().enumerate() {
        let (item, known) = match import.kind {
            ImportKind::Function(id) => {
                let id = *twins.functions.get(&id).context(missing)?;
                (ExportItem::from(id), first.exports.get_exported_func(id))
            }
            ImportKind::Table(id) => {
                let id = *twins.tables.get(&id).context(missing)?;
                (ExportItem::from(id), first.exports.get_exported_table(id))
            }
            ImportKind::Memory(id) => {
                let id = *twins.memories.get(&id).context(missing)?;
                (ExportItem::from(id), first.exports.get_exported_memory(id))
            }
            ImportKind::Global(id) => {
                let id = *twins.globals.get(&id).context(missing)?;
                (ExportItem::from(id), first.exports.get_exported_global(id))
            }
            ImportKind::Tag(_) => bail!("a module with exceptions cannot be split here"),
        };
        FIRST.clone_into(&mut import.module);
        // No name that Rust exports begins with a digit.
        import.name = known.map_or_else(|| count.to_string(), |export| export.name.clone());
        if known.is_none() {
            first.exports.add(&import.name, item);
        }
    }
    let tables: Vec<TableId> = later.tables.iter().map(|table| table.id()).collect();
    for id in tables {
        let twin = first.tables.get(*twins.tables.get(&id).context(missing)?);
        let (initial, maximum) = (twin.initial, twin.maximum);
        let table = later.tables.get_mut(id);
        (table.initial, table.maximum) = (initial, maximum);
    }
    walrus::passes::gc::run(first);
    Ok(())
}

#[cfg(test)]
mod tests {
    use walrus::ValType;

    use super::*;

    /// `run` (exported) calls `both` and `late::go`; `late::go` calls `both`, `alone`, `late::inner` and an import, reads a
    /// global, and leaves the memory and the table to others. In the table: `listed`, `late::short`, `late::long`.
    fn sample() -> Vec<u8> {
        let mut module = Module::with_config(ModuleConfig::new());
        let memory = module.memories.add_local(false, false, 1, None, None);
        module.exports.add("memory", memory);
        let table = module.tables.add_local(false, 4, Some(4), RefType::FUNCREF);
        let stack = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(1024)));
        let ty = module.types.add(&[], &[]);
        let (shim, _) = module.add_import_func("./script.js", "__wbg_shim", ty);

        let mut function = |name: &str, calls: &[FunctionId], size: usize| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
            let mut body = builder.name(name.to_owned()).func_body();
            for call in calls {
                body.call(*call);
            }
            for _ in 0..size {
                body.global_get(stack).drop();
            }
            builder.finish(Vec::new(), &mut module.funcs)
        };
        let both = function("near::both", &[], 1);
        let alone = function("near::alone", &[], 2);
        let inner = function("late::inner", &[], 3);
        let go = function("late::go", &[both, alone, inner, shim], 4);
        let listed = function("near::listed", &[], 5);
        let short = function("late::short", &[], 6);
        let long = function("late::long", &[inner], 70);
        let run = function("near::run", &[both, go], 7);
        module.exports.add("run", run);
        let kind = ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(1)) };
        let element = module.elements.add(kind, ElementItems::Functions(vec![listed, short, long]));
        module.tables.get_mut(table).elem_segments.insert(element);
        module.emit_wasm()
    }

    fn parts() -> Parts {
        split(&sample(), &ModuleConfig::new(), &[&["late::"]]).unwrap()
    }

    fn names(module: &Module) -> Vec<&str> {
        let mut names: Vec<&str> =
            module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.as_deref()).collect();
        names.sort_unstable();
        names
    }

    /// Slots and names of the functions in the table.
    fn table_of(module: &Module) -> Vec<(u32, Option<&str>)> {
        let slots = listed(module, main_table(module).unwrap()).unwrap();
        let mut table: Vec<_> =
            slots.iter().map(|(id, slot)| (*slot, module.funcs.get(*id).name.as_deref())).collect();
        table.sort_unstable();
        table
    }

    #[test]
    fn what_only_the_later_part_needs_goes_with_it() {
        let Parts { first, later } = parts();
        assert_eq!(names(&first), ["late::short", "near::both", "near::listed", "near::run"]);
        assert_eq!(names(&later), ["late::go", "late::inner", "late::long", "near::alone"]);
    }

    #[test]
    fn both_parts_are_valid_and_what_one_imports_the_other_exports() {
        let Parts { mut first, mut later } = parts();
        let first = Module::from_buffer(&first.emit_wasm()).unwrap();
        let later = Module::from_buffer(&later.emit_wasm()).unwrap();
        let imports: Vec<&str> = later.imports.iter().map(|import| import.name.as_str()).collect();
        // A shim, `both`, the table, the global; the memory is of no use to it.
        assert_eq!(imports.len(), 4, "{imports:?}");
        for import in later.imports.iter() {
            assert_eq!(import.module, FIRST);
            let export = first.exports.iter().find(|export| export.name == import.name).unwrap();
            let is_alike = matches!(
                (&import.kind, export.item),
                (ImportKind::Function(_), ExportItem::Function(_))
                    | (ImportKind::Table(_), ExportItem::Table(_))
                    | (ImportKind::Memory(_), ExportItem::Memory(_))
                    | (ImportKind::Global(_), ExportItem::Global(_))
            );
            assert!(is_alike, "{} is something else on the other side", import.name);
        }
        assert_eq!(later.exports.iter().count(), 0);
        assert_eq!(later.data.iter().count(), 0);
    }

    #[test]
    fn the_first_part_calls_the_later_by_a_place_in_the_table_that_the_later_fills() {
        let Parts { first, later } = parts();
        let run = first.exports.get_func("run").unwrap();
        let FunctionKind::Local(run) = &first.funcs.get(run).kind else { panic!("it is ours") };
        let body: Vec<String> =
            run.block(run.entry_block()).instrs.iter().take(3).map(|(it, _)| format!("{it:?}")).collect();
        assert!(body[0].starts_with("Call("), "{body:?}");
        assert_eq!(body[1], "Const(Const { value: I32(4) })");
        assert!(body[2].starts_with("CallIndirect("), "{body:?}");
        assert_eq!(table_of(&later), [(3, Some("late::long")), (4, Some("late::go"))]);
        for module in [&first, &later] {
            let table = module.tables.get(main_table(module).unwrap());
            assert_eq!((table.initial, table.maximum), (5, Some(5)));
        }
    }

    #[test]
    fn a_place_of_the_later_part_traps_until_that_is_loaded_and_short_functions_stay() {
        let Parts { first, .. } = parts();
        assert_eq!(table_of(&first), [(1, Some("near::listed")), (2, Some("late::short")), (3, None)]);
    }

    #[test]
    fn a_way_in_that_leads_nowhere_is_an_error() {
        let wrong =
            split(&sample(), &ModuleConfig::new(), &[&["late::"], &["gone::", "<gone::"]]).err().unwrap();
        assert_eq!(
            wrong.to_string(),
            "no function's name begins with [\"gone::\", \"<gone::\"], which was to be loaded later"
        );
    }

    #[test]
    fn ways_are_found_however_names_are_mangled() {
        let way: Way = &["player::rtc::", "<player::rtc::"];
        assert!(leads(way, "player::rtc::Link::new::h0123456789abcdef"));
        assert!(leads(way, "<player[0123456789abcdef]::rtc::Link>::new::{closure#0}"));
        assert!(!leads(way, "core::ptr::drop_in_place<player::rtc::Link>::h0123456789abcdef"));
        assert!(!leads(way, "<<player[0123456789abcdef]::rtc::Link>::new::{closure#0} as core[1]::F>::call"));
    }

    #[test]
    fn what_the_script_calls_stays() {
        let Parts { first, .. } = split(&sample(), &ModuleConfig::new(), &[&["near::", "late::"]]).unwrap();
        assert!(names(&first).contains(&"near::run"));
    }
}
