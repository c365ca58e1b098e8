import postgres from 'postgres';
import { openGround } from './ground.ts';
await using g = await openGround();
await using s = await g.open();
const c = postgres(s.databaseUrl, { max: 4 });
await c.unsafe('create table t (id int primary key, n int)'); await c.unsafe('insert into t select i,0 from generate_series(1,100) i');
const run = async (what: string, n: number, f: (i:number)=>Promise<unknown>) => { for (let i=0;i<50;i++) await f(i); const cpu=process.cpuUsage(); const b = performance.now(); for (let i=0;i<n;i++) await f(i); const u=process.cpuUsage(cpu); console.log(what, ((performance.now()-b)/n).toFixed(3),'ms', 'cpu', ((u.user+u.system)/1000/n).toFixed(3)); };
for (let k=0;k<2;k++){
await run('select unprepared params', 1000, i => c.unsafe('select n from t where id=$1',[i%100]));
await run('select prepared params', 1000, i => c.unsafe('select n from t where id=$1',[i%100],{prepare:true}));
await run('select no params', 1000, () => c.unsafe('select 1'));
await run('update commit', 300, i => c.unsafe('update t set n=n+1 where id=$1',[i%100+1],{prepare:true}));
await run('update commit async', 300, i => c.unsafe('update t set n=n+1 where id=$1',[i%100+1],{prepare:true}));
await run('tx 1 select', 300, i => c.begin(t=>t.unsafe('select n from t where id=$1',[i%100],{prepare:true})));
}
const b=performance.now(); await Promise.all(Array.from({length:1000},(_,i)=>c.unsafe('update t set n=n+1 where id=$1',[i%100+1],{prepare:true}))); console.log('parallel update/s', 1000/((performance.now()-b)/1000));
await c.end();
