using Tcptop.Model;
using Tcptop.Table;

namespace Tcptop.UnitTests.Table;

/// <summary>All rows of a table's latest refresh, what moves most first.</summary>
internal sealed class FullSnapshots(ConnectionTable table, ConnectionFilter? filter = null)
{
    private readonly TableView _view = new(table, filter);

    public Snapshot Build(DateTimeOffset timestamp, int maxRows, IReadOnlyList<Loss> losses) =>
        Build(timestamp, new RowsRequest { MaxRows = maxRows }, losses);

    public Snapshot Build(DateTimeOffset timestamp, RowsRequest request, IReadOnlyList<Loss> losses)
    {
        _view.Refreshed(timestamp, losses);
        return _view.All(request);
    }
}
